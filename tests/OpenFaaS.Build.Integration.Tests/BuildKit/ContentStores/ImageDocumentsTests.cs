using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.ContentStores.Documents;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.ContentStores;

/// <summary>What the daemon's own store tells of an image that it built.</summary>
[TestClass]
public sealed class ImageDocumentsTests(TestContext context)
{
    [TestMethod, RequiresService("docker26")]
    [DataRow(1, false)]
    [DataRow(1, true)]
    [DataRow(2, true)]
    public async Task Read_ImageInTheEnginesStore_IsWhatTheEngineSaves(int platforms, bool hasProvenance)
    {
        var name = $"content-{Guid.NewGuid():N}:v1";
        var cli = TestServices.Fact("docker26", "CLI");
        await EngineBuild.RunAsync(
            context.Folder(), [.. EngineBuild.Platforms(platforms), "--tag", name, $"--provenance={(hasProvenance ? "true" : "false")}"], context.CancellationToken);
        var archive = Path.Combine(context.Folder(), "saved.tar");
        await Tool.RunAsync(cli, ["save", "--output", archive, name], context.CancellationToken);
        var digest = Digest.Parse((await Tool.RunAsync(cli, ["image", "inspect", "--format", "{{.Id}}", name], context.CancellationToken)).Trim());
        using var engine = new EngineInvoker(TestServices.Endpoint("docker26"));

        var summary = await ImageDocuments.ReadAsync(engine.Invoker, digest, context.CancellationToken);

        var saved = ImageSummary.Of(await OciArchiveImage.ReadAsync(archive, new Dictionary<string, Digest>(), context.CancellationToken));
        Assert.IsNotNull(summary);
        Assert.AreEqual((saved.Digest, saved.MediaType, saved.ConfigDigest, saved.Size), (summary.Digest, summary.MediaType, summary.ConfigDigest, summary.Size));
        CollectionAssert.AreEqual(saved.Document, summary.Document);
        CollectionAssert.AreEqual(saved.Config, summary.Config);
        Assert.HasCount(platforms, summary.Platforms);
        Assert.AreEqual(platforms > 1 || hasProvenance, MediaTypes.IsIndex(summary.MediaType));
        await Tool.RunAsync(cli, ["rmi", "--no-prune", "--force", name], context.CancellationToken);
    }

    [TestMethod, RequiresService("docker26"), RequiresService("docker")]
    [DataRow("docker26")]
    [DataRow("docker")]
    public async Task Read_NotInTheStoreOrNoStore_IsNull(string service)
    {
        using var engine = new EngineInvoker(TestServices.Endpoint(service));

        Assert.IsNull(await ImageDocuments.ReadAsync(engine.Invoker, Digest.Of("nobody has this"u8), context.CancellationToken));
    }
}
