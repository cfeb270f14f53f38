using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Registry.BaseImages;

namespace OpenFaaS.Build.Integration.Tests.Registry;

/// <summary>Push and base images against the real docker-registry.</summary>
[TestClass]
[RequiresTool("registry", "docker-registry", "skopeo")]
public sealed class ImagePusherTests(TestContext context)
{
    private readonly IReadOnlyList<ImageLayer> layers = [SampleImage.Layer(200_000, 1), SampleImage.Layer(50_000, 2)];

    [TestMethod]
    public async Task Push_SeveralPlatformsAndNames_EveryNameServesTheIndex()
    {
        await using var registry = await RegistryProcess.StartAsync(context.Folder(), context.CancellationToken);
        using var test = new RegistryTestContext();
        var image = SampleImage.Create(layers, "linux/amd64", "linux/arm64");
        ImageReference[] names = [Name(registry, "one:a"), Name(registry, "one:b"), Name(registry, "team/two")];

        var summary = await PushAsync(test, image, names);

        Assert.AreEqual(4, summary.BlobsSent, "two layers and two configurations, once");
        Assert.AreEqual(4, summary.BlobsMounted, "the second repository takes them from the first");
        foreach (var name in new[] { "one:a", "one:b", "team/two:latest" })
        {
            var seen = await Tool.RunAsync("skopeo", ["inspect", "--tls-verify=false", "--raw", $"docker://{registry.Name}/{name}"], context.CancellationToken);
            Assert.AreEqual(image.Descriptor.Digest, Digest.Of(System.Text.Encoding.UTF8.GetBytes(seen)), name);
        }

        await Tool.RunAsync("skopeo", ["copy", "--all", "--src-tls-verify=false", $"docker://{registry.Name}/team/two", "dir:" + Path.Combine(context.Folder(), "copy")], context.CancellationToken);
    }

    [TestMethod]
    public async Task Push_Unchanged_SendsNothing()
    {
        await using var registry = await RegistryProcess.StartAsync(context.Folder(), context.CancellationToken);
        using var test = new RegistryTestContext();
        var image = SampleImage.Create(layers, "linux/amd64");
        Assert.AreEqual(layers.Sum(layer => layer.Descriptor.Size) + image.Platforms[0].Config.Length + image.Document.Length, (await PushAsync(test, image, Name(registry, "hello"))).BytesSent);
        var before = registry.AccessLog.Length;

        var again = await PushAsync(test, image, Name(registry, "hello"));

        Assert.IsTrue(again.NothingSent);
        Assert.AreEqual(3, again.BlobsPresent);
        Assert.DoesNotMatchRegex("\"(PUT|POST|PATCH|GET) ", registry.AccessLog[before..]);
    }

    [TestMethod]
    public async Task Push_TagMovedOrDeleted_IsPutBack()
    {
        await using var registry = await RegistryProcess.StartAsync(context.Folder(), context.CancellationToken);
        using var test = new RegistryTestContext();
        var image = SampleImage.Create(layers, "linux/amd64");
        await PushAsync(test, image, Name(registry, "hello"));

        await PushAsync(test, SampleImage.Create([layers[1]], "linux/amd64"), Name(registry, "hello"));
        Assert.AreEqual(1, (await PushAsync(test, image, Name(registry, "hello"))).ManifestsSent);
        await Tool.RunAsync("skopeo", ["delete", "--tls-verify=false", $"docker://{registry.Name}/hello"], context.CancellationToken);
        Assert.AreEqual(1, (await PushAsync(test, image, Name(registry, "hello"))).ManifestsSent);

        Assert.AreEqual(image.Descriptor.Digest, (await test.Connections.Repository(Name(registry, "hello")).HeadManifestAsync("latest", context.CancellationToken))?.Digest);
    }

    [TestMethod]
    [DataRow(true, 0, 2, DisplayName = "same registry: mounted")]
    [DataRow(false, 2, 0, DisplayName = "other registry: streamed")]
    public async Task Push_LayersOfBaseImage_AreMountedOrStreamed(bool sameRegistry, int sent, int mounted)
    {
        await using var one = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "1"), context.CancellationToken);
        await using var two = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "2"), context.CancellationToken);
        using var test = new RegistryTestContext();
        await PushAsync(test, SampleImage.Create(layers, "linux/amd64", "linux/arm/v7"), Name(one, "base:1"));
        var resolver = new BaseImageResolver(test.Connections);
        var arm = await resolver.ResolveAsync(Name(one, "base:1"), Platform.Parse("linux/arm/v7"), context.CancellationToken);
        Assert.AreEqual("linux/arm/v7", arm.Platform.ToString());
        var target = Name(sameRegistry ? one : two, "function");

        var summary = await PushAsync(test, SampleImage.Create([.. arm.Layers, SampleImage.Layer(10, 3)], "linux/arm/v7"), target);

        Assert.AreEqual(sent + 2, summary.BlobsSent, "the new layer and the configuration are always sent");
        Assert.AreEqual(mounted, summary.BlobsMounted);
        var pulled = await resolver.ResolveAsync(target, Platform.Parse("linux/arm/v7"), context.CancellationToken);
        Assert.HasCount(3, pulled.Manifest.Layers);
    }

    [TestMethod]
    public async Task Push_SourceOfALayerFails_LeavesNoTag()
    {
        await using var registry = await RegistryProcess.StartAsync(context.Folder(), context.CancellationToken);
        using var test = new RegistryTestContext();
        var broken = layers[0] with { Content = new LocalBlob(new BrokenSourceStandIn()) };

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => PushAsync(test, SampleImage.Create([layers[1], broken], "linux/amd64"), Name(registry, "hello")));

        Assert.AreEqual(LayerDiagnostics.FileChanged, error.Diagnostics[0].Descriptor);
        Assert.IsNull(await test.Connections.Repository(Name(registry, "hello")).HeadManifestAsync("latest", context.CancellationToken));
    }

    [TestMethod]
    public async Task Push_Cancelled_LeavesNoTag()
    {
        await using var registry = await RegistryProcess.StartAsync(context.Folder(), context.CancellationToken);
        using var test = new RegistryTestContext();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var cancelling = layers[0] with { Content = new LocalBlob(new CancellingSourceStandIn(source)) };

        await Assert.ThrowsAsync<OperationCanceledException>(() => ImagePusher.PushAsync(
            SampleImage.Create([cancelling], "linux/amd64"), [Name(registry, "hello")], test.Connections, test.Log, source.Token));

        Assert.IsNull(await test.Connections.Repository(Name(registry, "hello")).HeadManifestAsync("latest", context.CancellationToken));
    }

    private static ImageReference Name(RegistryProcess registry, string name) =>
        ImageReference.TryParse($"{registry.Name}/{name}", out var reference) ? reference : throw new ArgumentException(name, nameof(name));

    private Task<PushSummary> PushAsync(RegistryTestContext test, BuiltImage image, params ImageReference[] names) =>
        ImagePusher.PushAsync(image, names, test.Connections, test.Log, context.CancellationToken);

    private sealed class BrokenSourceStandIn : Build.Context.IContentSource
    {
        public Stream Open() => throw LayerDiagnostics.FileChanged.With("x", "it was removed").ToException();
    }

    private sealed class CancellingSourceStandIn(CancellationTokenSource source) : Build.Context.IContentSource
    {
        public Stream Open()
        {
            source.Cancel();
            return new MemoryStream();
        }
    }
}
