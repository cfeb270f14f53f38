using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.BaseImages;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Registry;

/// <summary>Fault 55: content that is not what its digest says, in each place. Everything is fetched once more, and then refused.</summary>
[TestClass]
public sealed class IntegrityFaultTests(TestContext context)
{
    [TestMethod]
    [DataRow("index by digest", "GET manifest", 0)]
    [DataRow("child of the index", "GET manifest", 1)]
    [DataRow("configuration", "GET blob", 0)]
    public async Task Fault55_DocumentReplaced_IsRefusedAfterOneRefetch(string what, string kind, int which)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (index, documents) = AddImage(registry);
        var victim = kind == "GET blob" ? documents.Config : which == 0 ? index : documents.Manifest;
        registry.Fault = request => request.Kind == kind && request.Path.EndsWith(victim.Digest.ToString(), StringComparison.Ordinal)
            ? Flipped(registry.Answer(request))
            : null;
        ImageReference.TryParse($"{registry.Name}/hello@{index.Digest}", out var reference);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            new BaseImageResolver(test.Connections).ResolveAsync(reference!, Platform.Parse("linux/amd64"), context.CancellationToken), what);

        Assert.AreEqual(RegistryDiagnostics.DigestMismatch, error.Diagnostics[0].Descriptor);
        Assert.Contains(victim.Digest.ToString(), error.Message);
        Assert.AreEqual(2, registry.Requests.Count(request => request.Path.EndsWith(victim.Digest.ToString(), StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Fault55_ReplacedOnce_IsCuredByTheRefetch()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (blob, bytes) = RegistryTestContext.Blob(10_000);
        registry.Add(bytes);
        registry.Fault = request => request.Kind == "GET blob" && registry.Count("GET blob") == 1 ? Flipped(registry.Answer(request)) : null;
        using var copy = new MemoryStream();
        copy.Write([1, 2, 3]);

        await test.Connections.Repository(registry.Name, "hello").CopyBlobAsync(blob, copy, context.CancellationToken);

        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }.Concat(bytes).ToArray(), copy.ToArray());
    }

    [TestMethod]
    public async Task Fault55_LayerReplacedOnTheWayToAnotherRegistry_IsNotStoredThere()
    {
        await using var source = new RegistryStandIn();
        await using var target = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (blob, bytes) = RegistryTestContext.Blob(500_000);
        source.Add(bytes);
        source.Fault = request => request.Kind == "GET blob" ? Flipped(source.Answer(request)) : null;

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => test.Connections.Repository(target.Name, "to")
            .UploadBlobAsync(blob, test.Connections.Repository(source.Name, "from"), context.CancellationToken));

        Assert.AreEqual(RegistryDiagnostics.DigestMismatch, error.Diagnostics[0].Descriptor);
        Assert.IsEmpty(target.Blobs);
    }

    [TestMethod]
    public async Task Fault55_TagManifestUnlikeItsHeader_IsRefused()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        AddImage(registry);
        registry.Fault = request => request.Kind == "GET manifest" ? Flipped(registry.Answer(request)) : null;

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            test.Connections.Repository(registry.Name, "hello").GetManifestAsync("latest", context.CancellationToken));

        Assert.AreEqual(RegistryDiagnostics.DigestMismatch, error.Diagnostics[0].Descriptor);
    }

    [TestMethod]
    public async Task Fault55_RegistryStoresOtherManifestOrBlob_IsRefused()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var other = Digest.Of("other"u8).ToString();
        registry.Fault = request => request.Method == "PUT" ? new StandInReply(201, "", ("Docker-Content-Digest", other)) : null;
        var repository = test.Connections.Repository(registry.Name, "hello");
        var (blob, bytes) = RegistryTestContext.Blob(100);

        foreach (var put in new Func<Task>[]
        {
            () => repository.PutManifestAsync("latest", "{}"u8.ToArray(), MediaTypes.OciManifest, context.CancellationToken),
            () => repository.UploadBlobAsync(blob, () => new MemoryStream(bytes), context.CancellationToken),
        })
        {
            var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(put);
            Assert.AreEqual(RegistryDiagnostics.DigestMismatch, error.Diagnostics[0].Descriptor);
        }
    }

    [TestMethod]
    [DataRow("""{"schemaVersion":2,"manifests":[],"layers":[]}""", MediaTypes.OciIndex)]
    [DataRow("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", MediaTypes.OciManifest)]
    [DataRow("""{"schemaVersion":2,"manifests":[]}""", MediaTypes.OciManifest)]
    [DataRow("""{"schemaVersion":2,"config":{},"config":{},"layers":[]}""", MediaTypes.OciManifest)]
    [DataRow("""{"schemaVersion":2,""", MediaTypes.OciManifest)]
    [DataRow("<html>", "text/html")]
    public async Task GetManifest_AmbiguousOrMalformed_IsRefused(string json, string mediaType)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.AddManifest(System.Text.Encoding.UTF8.GetBytes(json), mediaType, "latest");

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            test.Connections.Repository(registry.Name, "hello").GetManifestAsync("latest", context.CancellationToken));

        Assert.AreEqual(RegistryDiagnostics.MalformedResponse, error.Diagnostics[0].Descriptor);
    }

    [TestMethod]
    [DataRow(StandInFraming.ContentLength)]
    [DataRow(StandInFraming.Chunked)]
    public async Task GetManifest_LargerThanTheLimit_IsRefused(StandInFraming framing)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.Fault = request => request.Kind == "GET manifest" ? new StandInReply(200, new byte[(4 << 20) + 1]) { Framing = framing } : null;

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            test.Connections.Repository(registry.Name, "hello").GetManifestAsync("latest", context.CancellationToken));

        Assert.AreEqual(RegistryDiagnostics.TooLarge, error.Diagnostics[0].Descriptor);
    }

    [TestMethod]
    public async Task HeadManifest_NoDigestInTheAnswer_AsksByGet()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (index, _) = AddImage(registry);
        registry.Fault = request => request.Method == "HEAD" ? new StandInReply(200, "", ("Content-Type", MediaTypes.OciIndex)) : null;

        var head = await test.Connections.Repository(registry.Name, "hello").HeadManifestAsync("latest", context.CancellationToken);

        Assert.AreEqual(new Build.Registry.ManifestHead(index.Digest, MediaTypes.OciIndex, index.Size), head);
    }

    internal static (Descriptor Index, (Descriptor Manifest, Descriptor Config, Descriptor Layer) Documents) AddImage(RegistryStandIn registry)
    {
        var layer = SampleImage.Layer(100, 1);
        var image = SampleImage.Create([layer], "linux/amd64", "linux/arm64");
        var platform = image.Platforms[0];
        foreach (var each in image.Platforms)
        {
            registry.AddManifest(each.Manifest, each.ManifestDescriptor.MediaType);
            registry.Add(each.Config);
        }

        registry.Add(RegistryTestContext.Blob(100).Bytes);
        return (registry.AddManifest(image.Document, image.Descriptor.MediaType, "latest"), (platform.ManifestDescriptor, platform.ConfigDescriptor, layer.Descriptor));
    }

    private static StandInReply Flipped(StandInReply reply)
    {
        var body = reply.Body.ToArray();
        body[body.Length / 2] ^= 1;
        return reply with { Body = body };
    }
}
