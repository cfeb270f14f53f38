using OpenFaaS.Build.Builders.Embedded;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Embedded;

[TestClass]
public sealed class BlobLayerSourceTests(TestContext context)
{
    [TestMethod]
    public async Task ReadTree_Layer_GivesEntriesAndWhiteouts()
    {
        var blob = await WriteAsync([Bytes.File("etc/passwd", "root:x:0:0"), Bytes.File("../outside", "x"), Bytes.File("etc/.keep", "")], ["gone/file"]);

        var tree = await Source(blob, blob.DiffId).ReadTreeAsync(context.CancellationToken);

        CollectionAssert.AreEquivalent(new[] { "etc/passwd", "outside", "etc/.keep" }, tree.Entries.Keys.ToArray());
        CollectionAssert.AreEquivalent(new[] { "gone/file" }, tree.Whiteouts.ToArray());
    }

    [TestMethod]
    public async Task ReadTree_OtherContentThanConfigSays_IsError()
    {
        var blob = await WriteAsync([Bytes.File("a", "1")], []);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(
            async () => await Source(blob, Digest.Of("other"u8)).ReadTreeAsync(context.CancellationToken));

        Assert.AreEqual("OFB4011", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task ReadTree_HardLink_HasContentOfTarget()
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "in")).FullName;
        File.WriteAllText(Path.Combine(folder, "a"), "shared");
        await Tool.RunAsync("ln", [Path.Combine(folder, "a"), Path.Combine(folder, "b")], context.CancellationToken);
        var archive = Path.Combine(context.Folder(), "layer.tar");
        await Tool.RunAsync("tar", ["-C", folder, "--sort=name", "-cf", archive, "a", "b"], context.CancellationToken);
        var diffId = Digest.Of(File.ReadAllBytes(archive));

        var tree = await new BlobLayerSource(_ => Task.FromResult<Stream>(File.OpenRead(archive)), "layer", diffId, context.Folder()).ReadTreeAsync(context.CancellationToken);

        using var reader = new StreamReader(tree.Entries["b"].Content!.Open());
        Assert.AreEqual("shared", await reader.ReadToEndAsync());
    }

    private Task<LayerBlob> WriteAsync(ContextEntry[] entries, string[] whiteouts) =>
        LayerWriter.WriteAsync(entries, whiteouts, new LayerOptions("gzip", null, 0), context.Folder(), context.CancellationToken);

    private BlobLayerSource Source(LayerBlob blob, Digest diffId) =>
        new(_ => Task.FromResult<Stream>(File.OpenRead(blob.Path)), "layer", diffId, context.Folder());
}
