using System.Text;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>Where secrets are read from, and that they stay what they are.</summary>
[TestClass]
public sealed class SecretReferencesTests(TestContext context)
{
    private const string Value = "s3cret-Passw0rd";

    [TestMethod]
    [DataRow("")]
    [DataRow(" \n")]
    [DataRow("\uFEFFa\r\n")]
    public async Task Read_File_IsItsBytes(string text)
    {
        var path = Write(text);

        var secrets = await ReadAsync(("id", "file:" + path));

        CollectionAssert.AreEqual(Encoding.UTF8.GetBytes(text), await secrets.GetAsync("id", context.CancellationToken));
    }

    [TestMethod]
    public async Task Read_Variable_IsItsText()
    {
        var secrets = await ReadAsync(("id", "env:TOKEN"));

        CollectionAssert.AreEqual(Encoding.UTF8.GetBytes(" " + Value + "\n"), await secrets.GetAsync("id", context.CancellationToken));
        Assert.IsNull(await secrets.GetAsync("ID", context.CancellationToken));
    }

    [TestMethod]
    [DataRow(Value)]
    [DataRow("env:")]
    [DataRow("file:")]
    [DataRow("http://" + Value)]
    public async Task Read_NoPlace_IsACodedErrorWithoutTheValue(string source)
    {
        var error = await FailsAsync(source);

        Assert.AreEqual("OFB5111", error.Diagnostics[0].Descriptor.Code);
        Assert.DoesNotContain(Value, error.ToString());
    }

    [TestMethod]
    [DataRow("env:MISSING")]
    [DataRow("file:/nowhere/at/all")]
    [DataRow("file:/tmp")]
    [DataRow("file:/dev/zero")]
    public async Task Read_NothingThere_IsACodedError(string source) => Assert.AreEqual("OFB5112", (await FailsAsync(source)).Diagnostics[0].Descriptor.Code);

    [TestMethod]
    public async Task Read_Fifo_IsACodedErrorAndNoHang()
    {
        var path = Path.Combine(context.Folder(), "fifo");
        await Tool.RunAsync("mkfifo", [path], context.CancellationToken);

        Assert.AreEqual("OFB5112", (await FailsAsync("file:" + path)).Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task Read_Size_IsBounded()
    {
        Assert.HasCount(512_000, (await (await ReadAsync(("id", "file:" + Write(new string('x', 512_000))))).GetAsync("id", context.CancellationToken))!);

        var error = await FailsAsync("file:" + Write(new string('x', 512_001)));

        Assert.AreEqual("OFB5112", error.Diagnostics[0].Descriptor.Code);
        Assert.Contains("larger than 512000 bytes", error.Message);
        Assert.AreEqual("OFB5113", (await FailsAsync("env:LARGE")).Diagnostics[0].Descriptor.Code);
    }

    private string Write(string text)
    {
        var path = Path.Combine(context.Folder(), "secret");
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
        return path;
    }

    private Task<SecretReferences> ReadAsync(params (string Id, string Source)[] sources) => SecretReferences.ReadAsync(
        sources.ToDictionary(source => source.Id, source => source.Source), name => name switch { "TOKEN" => " " + Value + "\n", "LARGE" => new string('x', 512_001), _ => null }, context.CancellationToken);

    private Task<DiagnosticException> FailsAsync(string source) => Assert.ThrowsExactlyAsync<DiagnosticException>(() => ReadAsync(("id", source)));
}
