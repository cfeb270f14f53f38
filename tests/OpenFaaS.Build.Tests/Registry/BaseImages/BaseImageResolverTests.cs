using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.BaseImages;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Registry.BaseImages;

[TestClass]
public sealed class BaseImageResolverTests(TestContext context)
{
    private static readonly ImageLayer Layer = SampleImage.Layer(100, 1);

    [TestMethod]
    public async Task Resolve_Index_GivesThePlatformsImageAndFetchesEachDocumentOnce()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var image = AddImage(registry, "linux/amd64", "linux/arm64");
        var resolver = new BaseImageResolver(test.Connections);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ResolveAsync(resolver, registry, i % 2 == 0 ? "linux/amd64" : "linux/arm64/v8")));

        Assert.AreEqual("linux/arm64", results[1].Platform.ToString());
        Assert.AreEqual(image.Descriptor.Digest, results[1].Digest);
        CollectionAssert.AreEqual(image.Platforms[1].Manifest, results[1].ManifestBytes);
        CollectionAssert.AreEqual(image.Platforms[1].Config, results[1].ConfigBytes);
        Assert.AreEqual(new RemoteBlob(registry.Name, "base"), results[1].Layers.Single().Content);
        Assert.AreEqual(Layer.Descriptor.Digest, results[1].Layers.Single().Descriptor.Digest);
        Assert.AreEqual(3, registry.Count("GET manifest"));
        Assert.AreEqual(2, registry.Count("GET blob"));
    }

    [TestMethod]
    public async Task Resolve_AttestationsForeignPlatformsAndNestedIndex_FindsTheImage()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var image = SampleImage.Create([Layer], "linux/amd64", "linux/arm/v5", "linux/arm/v6");
        Store(registry, image);
        var nested = AddIndex(registry, [.. image.Platforms.Select(platform => platform.ManifestDescriptor)]);
        var attestation = registry.AddManifest("{}"u8.ToArray(), MediaTypes.OciManifest) with { Platform = new DescriptorPlatform { Os = "unknown", Architecture = "unknown" } };
        AddIndex(registry, [attestation, nested], "latest");

        var found = await ResolveAsync(new BaseImageResolver(test.Connections), registry, "linux/arm/v7");

        Assert.AreEqual("linux/arm/v6", found.Platform.ToString());
    }

    [TestMethod]
    public async Task Resolve_PlatformNotOffered_ListsWhatIs()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        AddImage(registry, "linux/amd64", "linux/arm64");

        var error = await FailsAsync(test, registry, "linux/s390x");

        Assert.AreEqual(RegistryDiagnostics.PlatformNotOffered, error.Diagnostics[0].Descriptor);
        Assert.Contains("linux/amd64, linux/arm64", error.Message);
    }

    [TestMethod]
    public async Task Resolve_SingleManifestOfOtherPlatform_IsNotOffered()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        AddImage(registry, "linux/amd64");

        Assert.AreEqual("linux/amd64", (await ResolveAsync(new BaseImageResolver(test.Connections), registry, "linux/amd64")).Platform.ToString());
        Assert.AreEqual(RegistryDiagnostics.PlatformNotOffered, (await FailsAsync(test, registry, "linux/arm64")).Diagnostics[0].Descriptor);
    }

    [TestMethod]
    public async Task Resolve_UnknownTag_IsNotFoundAndNotRemembered()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var resolver = new BaseImageResolver(test.Connections);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ResolveAsync(resolver, registry, "linux/amd64"));
        Assert.AreEqual(RegistryDiagnostics.NotFound, error.Diagnostics[0].Descriptor);
        Assert.Contains($"'{registry.Name}/base:latest' does not exist", error.Message);
        AddImage(registry, "linux/amd64");
        await ResolveAsync(resolver, registry, "linux/amd64");
    }

    [TestMethod]
    public async Task Resolve_IndexesNestedTooDeep_IsRefused()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var index = AddIndex(registry, []);
        for (var i = 0; i < 4; i++)
        {
            index = AddIndex(registry, [index], "latest");
        }

        Assert.AreEqual(RegistryDiagnostics.InconsistentImage, (await FailsAsync(test, registry, "linux/amd64")).Diagnostics[0].Descriptor);
    }

    [TestMethod]
    public async Task Resolve_ChildOfOtherSizeThanItsIndexSays_IsRefused()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var image = SampleImage.Create([Layer], "linux/amd64");
        Store(registry, image);
        AddIndex(registry, [image.Platforms[0].ManifestDescriptor with { Size = 7 }], "latest");

        Assert.AreEqual(RegistryDiagnostics.InconsistentImage, (await FailsAsync(test, registry, "linux/amd64")).Diagnostics[0].Descriptor);
    }

    [TestMethod]
    [DataRow("application/vnd.docker.distribution.manifest.v1+prettyjws", """{"schemaVersion":1,"fsLayers":[]}""")]
    [DataRow("application/vnd.docker.distribution.manifest.v1+json", """{"schemaVersion":1}""")]
    [DataRow("application/vnd.oci.artifact.manifest.v1+json", """{"blobs":[]}""")]
    [DataRow(MediaTypes.OciManifest, """{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"{0}","size":1},"layers":[]}""")]
    public async Task Resolve_NoContainerImage_IsRefusedByName(string mediaType, string json)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.AddManifest(Encoding.UTF8.GetBytes(json.Replace("{0}", Layer.Descriptor.Digest.ToString(), StringComparison.Ordinal)), mediaType, "latest");

        Assert.AreEqual(RegistryDiagnostics.NotAnImage, (await FailsAsync(test, registry, "linux/amd64")).Diagnostics[0].Descriptor);
    }

    [TestMethod]
    public async Task Resolve_ForeignLayer_IsRefused()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var foreign = Layer with { Descriptor = Layer.Descriptor with { MediaType = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", Urls = ["http://127.0.0.1/x"] } };
        Store(registry, SampleImage.Create([foreign], "linux/amd64"));

        Assert.AreEqual(RegistryDiagnostics.NotAnImage, (await FailsAsync(test, registry, "linux/amd64")).Diagnostics[0].Descriptor);
    }

    [TestMethod]
    [DataRow("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}""")]
    [DataRow("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers"}}""")]
    [DataRow("""{"architecture":"amd64","os":"linux","rootfs":null}""")]
    [DataRow("""{"architecture":"amd64","os":"linux"}""")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{")]
    [DataRow("")]
    public async Task Resolve_ConfigurationThatDoesNotFit_IsRefused(string json)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var config = registry.Add(Encoding.UTF8.GetBytes(json), MediaTypes.OciConfig);
        registry.AddManifest(OciJson.Write(new ImageManifest { MediaType = MediaTypes.OciManifest, Config = config, Layers = [Layer.Descriptor] }), MediaTypes.OciManifest, "latest");

        Assert.AreEqual(RegistryDiagnostics.InconsistentImage, (await FailsAsync(test, registry, "linux/amd64")).Diagnostics[0].Descriptor);
    }

    [TestMethod]
    [DataRow(9L << 20, "OFB3008")]
    [DataRow(-1L, "OFB3021")]
    public async Task Resolve_ConfigurationOfImpossibleSize_IsRefusedWithoutAskingForIt(long size, string code)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var config = Layer.Descriptor with { MediaType = MediaTypes.OciConfig, Size = size };
        registry.AddManifest(OciJson.Write(new ImageManifest { MediaType = MediaTypes.OciManifest, Config = config, Layers = [] }), MediaTypes.OciManifest, "latest");

        Assert.AreEqual(code, (await FailsAsync(test, registry, "linux/amd64")).Diagnostics[0].Descriptor.Code);
        Assert.AreEqual(0, registry.Count("GET blob"));
    }

    private static BuiltImage AddImage(RegistryStandIn registry, params string[] platforms)
    {
        var image = SampleImage.Create([Layer], platforms);
        Store(registry, image);
        return image;
    }

    private static void Store(RegistryStandIn registry, BuiltImage image)
    {
        foreach (var platform in image.Platforms)
        {
            registry.Add(platform.Config);
            registry.AddManifest(platform.Manifest, platform.ManifestDescriptor.MediaType);
        }

        registry.AddManifest(image.Document, image.Descriptor.MediaType, "latest");
    }

    private static Descriptor AddIndex(RegistryStandIn registry, IReadOnlyList<Descriptor> manifests, string? tag = null) =>
        registry.AddManifest(OciJson.Write(new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = manifests }), MediaTypes.OciIndex, tag);

    private Task<BaseImage> ResolveAsync(BaseImageResolver resolver, RegistryStandIn registry, string platform) =>
        resolver.ResolveAsync(
            ImageReference.TryParse(registry.Name + "/base", out var reference) ? reference : throw new ArgumentException("name", nameof(registry)),
            Platform.Parse(platform), context.CancellationToken);

    private async Task<DiagnosticException> FailsAsync(RegistryTestContext test, RegistryStandIn registry, string platform) =>
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ResolveAsync(new BaseImageResolver(test.Connections), registry, platform));
}
