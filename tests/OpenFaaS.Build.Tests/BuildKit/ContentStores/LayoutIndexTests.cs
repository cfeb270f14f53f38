using System.Text.Json.Nodes;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.ContentStores;

[TestClass]
public sealed class LayoutIndexTests(TestContext context)
{
    private string IndexPath => Path.Combine(context.Folder(), "index.json");

    [TestMethod]
    public async Task Put_NewLayout_CanBeFoundAndIsReadBySkopeo()
    {
        var image = SampleImage.Create([SampleImage.Layer(100, 1)], "linux/amd64");
        StoredBytes.Put(context.Folder(), image.Document);
        StoredBytes.Put(context.Folder(), image.Platforms[0].Config);

        await Index().PutAsync(image.Descriptor, "v1", TimeProvider.System, context.CancellationToken);

        Assert.AreEqual(image.Descriptor.Digest, await Index().FindAsync("v1", context.CancellationToken));
        Assert.IsNull(await Index().FindAsync("v2", context.CancellationToken));
        Assert.Contains(image.Descriptor.Digest.ToString(), await Tool.RunAsync("skopeo", ["inspect", $"oci:{context.Folder()}:v1"], context.CancellationToken));
    }

    [TestMethod]
    public async Task Put_TagIsThere_MovesAndKeepsTheRest()
    {
        File.WriteAllText(IndexPath, $$$"""
            {"schemaVersion":2,"custom":{"kept":true},"manifests":[
              {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{Of("old")}}}","size":3,"annotations":{"org.opencontainers.image.ref.name":"latest"}},
              {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{Of("other")}}}","size":5,"annotations":{"org.opencontainers.image.ref.name":"other","x":"y"}}]}
            """);

        await Index().PutAsync(Descriptor("new"), "latest", TimeProvider.System, context.CancellationToken);

        Assert.AreEqual(Of("new"), await Index().FindAsync(null, context.CancellationToken));
        Assert.AreEqual(Of("other"), await Index().FindAsync("other", context.CancellationToken));
        var json = JsonNode.Parse(File.ReadAllText(IndexPath))!;
        Assert.IsTrue(json["custom"]!["kept"]!.GetValue<bool>());
        Assert.HasCount(2, json["manifests"]!.AsArray());
    }

    [TestMethod]
    public async Task Put_ManyAtOnce_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Index().PutAsync(Descriptor($"m{i}"), $"t{i}", TimeProvider.System, context.CancellationToken))));

        for (var i = 0; i < 20; i++)
        {
            Assert.AreEqual(Of($"m{i}"), await Index().FindAsync($"t{i}", context.CancellationToken));
        }
    }

    [TestMethod]
    public async Task Put_HeldByAnother_EndsAfterALimit()
    {
        using var held = new FileStream(IndexPath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        var failure = await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Index().PutAsync(Descriptor("new"), "latest", new ImpatientTime(), context.CancellationToken));

        Assert.Contains("holds its index.json", failure.Message);
        Assert.IsFalse(File.Exists(IndexPath));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("{}")]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("""{"manifests":[null]}""")]
    [DataRow("""{"manifests":[],"manifests":[]}""")]
    [DataRow("""{"manifests":[{"mediaType":"x","digest":"sha256:../../x","size":1}]}""")]
    public async Task Find_Malformed_IsAPhrase(string json)
    {
        File.WriteAllText(IndexPath, json);

        var failure = await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Index().FindAsync("latest", context.CancellationToken));
        Assert.AreEqual("its index.json is malformed", failure.Message);
        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Index().PutAsync(Descriptor("new"), "latest", TimeProvider.System, context.CancellationToken));
        Assert.AreEqual(json, File.ReadAllText(IndexPath));
    }

    [TestMethod]
    public async Task Find_LinkFifoOrHugeFile_IsNotRead()
    {
        File.CreateSymbolicLink(IndexPath, "/etc/passwd");
        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Index().FindAsync(null, context.CancellationToken));

        File.Delete(IndexPath);
        await Tool.RunAsync("mkfifo", [IndexPath], context.CancellationToken);
        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Index().FindAsync(null, context.CancellationToken));

        File.Delete(IndexPath);
        File.WriteAllBytes(IndexPath, new byte[ContentLimits.Document + 1]);
        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Index().FindAsync(null, context.CancellationToken));
    }

    private static Digest Of(string text) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(text));

    private static Descriptor Descriptor(string text) => new() { MediaType = MediaTypes.OciManifest, Digest = Of(text), Size = text.Length };

    private LayoutIndex Index() => new(context.Folder());
}
