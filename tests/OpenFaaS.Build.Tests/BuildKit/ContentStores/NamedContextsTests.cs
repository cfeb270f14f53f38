using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.ContentStores;

[TestClass]
public sealed class NamedContextsTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    [DataRow("assets", "context:assets", "local:assets")]
    [DataRow("Assets", "context:assets", "local:assets")]
    [DataRow("context", "context:context", "local:_context")]
    [DataRow("docker.io/library/alpine:latest", "context:alpine", "local:alpine")]
    [DataRow("ubuntu:22.04", "context:ubuntu:22.04", "local:ubuntu:22.04")]
    [DataRow("registry.example.com/a/b", "context:registry.example.com/a/b", "local:registry.example.com/a/b")]
    [DataRow("base::linux/arm64", "context:base::linux/arm64", "local:base::linux/arm64")]
    public async Task Read_Folder_IsOfferedUnderItsName(string name, string key, string value)
    {
        Directory.CreateDirectory(Path.Combine(context.Folder(), "shared"));

        await using var contexts = await ReadAsync((name, "shared"));

        Assert.AreEqual(value, contexts.FrontendAttributes[key]);
        Assert.AreEqual(Path.Combine(context.Folder(), "shared"), contexts.Folders[value["local:".Length..]]);
    }

    [TestMethod]
    public async Task Read_Image_IsPassedOnAndNamed()
    {
        await using var contexts = await ReadAsync(("base", "docker-image://127.0.0.1:5000/a/b:v1"));

        Assert.AreEqual("docker-image://127.0.0.1:5000/a/b:v1", contexts.FrontendAttributes["context:base"]);
        Assert.AreEqual("127.0.0.1:5000", contexts.References.Single().Registry);
    }

    [TestMethod]
    [DataRow("https://example.com/repo.git#main:sub")]
    [DataRow("https://example.com/archive.tar.gz")]
    [DataRow("git@example.com:a/b.git")]
    [DataRow("ssh://git@example.com/a/b.git")]
    [DataRow("git://example.com/a/b.git")]
    [DataRow("github.com/a/b")]
    public async Task Read_Address_IsPassedOn(string address)
    {
        await using var contexts = await ReadAsync(("source", address));

        Assert.AreEqual(address, contexts.FrontendAttributes["context:source"]);
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    [DataRow("https://user:token@example.com/repo.git")]
    [DataRow("https://token@example.com/repo.git")]
    public async Task Read_AddressWithCredentials_IsAWarningThatDoesNotRepeatThem(string address)
    {
        await using var contexts = await ReadAsync(("source", address));

        var warning = log.Diagnostics.Single();
        Assert.AreEqual("OFB5303", warning.Descriptor.Code);
        Assert.DoesNotContain("token@", warning.Message);
    }

    [TestMethod]
    [DataRow("", true)]
    [DataRow(":v1", true)]
    [DataRow("@", true)]
    [DataRow(":v1@", true)]
    [DataRow(":v2", false)]
    [DataRow("@sha256:0000000000000000000000000000000000000000000000000000000000000000", false)]
    [DataRow("@sha256:00", false)]
    [DataRow("@sha512:00", false)]
    [DataRow(":-x", false)]
    public async Task Read_Layout_IsAStoreWithADigest(string suffix, bool isThere)
    {
        var layout = Path.Combine(context.Folder(), "lay out");
        var digest = StoredBytes.Put(layout, "{}"u8.ToArray());
        await new LayoutIndex(layout).PutAsync(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = digest, Size = 2 }, "v1", TimeProvider.System, context.CancellationToken);
        var source = "oci-layout://lay out" + (suffix.EndsWith('@') ? suffix + digest : suffix);

        if (!isThere)
        {
            await ExpectAsync("OFB5308", ("base", source));
            return;
        }

        await using var contexts = await ReadAsync(("base", source));
        var (id, store) = contexts.Stores.Single();
        Assert.AreEqual($"oci-layout://{id["oci:".Length..]}@{digest}", contexts.FrontendAttributes["context:base"]);
        Assert.IsTrue(id.All(char.IsAscii));
        Assert.AreEqual(digest, store.Find(digest)?.Digest);
    }

    [TestMethod]
    [DataRow("a", "missing", "OFB5308")]
    [DataRow("a", "", "OFB5308")]
    [DataRow("a", "file", "OFB5308")]
    [DataRow("a", "target:b", "OFB5308")]
    [DataRow("a", "input:b", "OFB5308")]
    [DataRow("a", "docker-image://a/UPPER", "OFB5308")]
    [DataRow("a", "docker-image://", "OFB5308")]
    [DataRow("a", "oci-layout://", "OFB5308")]
    [DataRow("a", "oci-layout://missing", "OFB5308")]
    [DataRow("a", "ftp://example.com", "OFB5308")]
    [DataRow("a", "https://example.com/\nx", "OFB5308")]
    [DataRow("", ".", "OFB5307")]
    [DataRow("a b", ".", "OFB5307")]
    [DataRow("a=b", ".", "OFB5307")]
    [DataRow("../x", ".", "OFB5307")]
    [DataRow("a::b::c", ".", "OFB5307")]
    [DataRow("a::what", ".", "OFB5307")]
    public async Task Read_Malformed_IsACodedError(string name, string source, string code)
    {
        File.WriteAllText(Path.Combine(context.Folder(), "file"), "");

        await ExpectAsync(code, (name, source));
    }

    [TestMethod]
    public async Task Read_OneNameTwice_IsACodedErrorBesideTheOthers()
    {
        var failure = await ExpectAsync("OFB5307", ("alpine", "."), ("docker.io/library/alpine", "."), ("other", "missing"));

        Assert.HasCount(2, failure.Diagnostics);
        Assert.AreEqual("p.csproj", failure.Diagnostics[0].Location?.File);
    }

    private async Task<DiagnosticException> ExpectAsync(string code, params (string Name, string Source)[] contexts)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ReadAsync(contexts));
        Assert.AreEqual(code, failure.Diagnostics[0].Descriptor.Code);
        return failure;
    }

    private Task<NamedContexts> ReadAsync(params (string Name, string Source)[] contexts) => NamedContexts.ReadAsync(
        [.. contexts.Select(one => new NamedSource(one.Name, one.Source))], context.Folder(), new SourceLocation("p.csproj"), log, context.CancellationToken);
}
