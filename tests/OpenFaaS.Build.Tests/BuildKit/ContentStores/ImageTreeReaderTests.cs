using System.Text;
using OpenFaaS.Build.BuildKit.ContentStores.Documents;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.ContentStores;

[TestClass]
public sealed class ImageTreeReaderTests(TestContext context)
{
    private readonly Dictionary<Digest, byte[]> blobs = [];

    [TestMethod]
    public async Task Read_PlatformsAndAttachments_AreToldApart()
    {
        var image = AttachedImage.Attach(SampleImage.Create([SampleImage.Layer(1000, 1)], "linux/amd64", "linux/arm/v7"), "statement");
        Add(image);

        var tree = await ReadAsync(image.Descriptor.Digest);
        var summary = ImageDocuments.Summarize(tree!);

        Assert.AreEqual("linux/amd64 linux/arm/v7", string.Join(' ', summary.Platforms));
        Assert.HasCount(2, tree!.Attachments);
        Assert.AreEqual(image.Size, summary.Size);
        Assert.AreEqual(ImageSummary.Of(image).MediaType, summary.MediaType);
        Assert.IsNull(summary.ConfigDigest);
    }

    [TestMethod]
    public async Task Read_OneManifest_HasItsConfiguration()
    {
        var image = SampleImage.Create([SampleImage.Layer(1000, 1), SampleImage.Layer(1000, 1)], "linux/amd64");
        Add(image);

        var summary = ImageDocuments.Summarize((await ReadAsync(image.Descriptor.Digest))!);

        Assert.AreEqual(image.Platforms[0].ConfigDescriptor.Digest, summary.ConfigDigest);
        CollectionAssert.AreEqual(image.Platforms[0].Config, summary.Config);
        Assert.AreEqual(image.Descriptor.Size + image.Platforms[0].ConfigDescriptor.Size + 1000, summary.Size);
    }

    [TestMethod]
    public async Task Read_AnyDocumentMissing_IsNull()
    {
        var image = AttachedImage.Attach(SampleImage.Create([SampleImage.Layer(10, 1)], "linux/amd64"), "statement");
        Add(image);
        foreach (var digest in blobs.Keys.ToList())
        {
            var bytes = blobs[digest];
            blobs.Remove(digest);
            Assert.IsNull(await ReadAsync(image.Descriptor.Digest), digest.ToString());
            blobs[digest] = bytes;
        }

        Assert.IsNotNull(await ReadAsync(image.Descriptor.Digest));
    }

    [TestMethod]
    [DataRow("not json", "no valid JSON")]
    [DataRow("[]", "no JSON object")]
    [DataRow("""{"manifests":[],"layers":[]}""", "as well as an index")]
    [DataRow("""{"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", "names no image")]
    [DataRow("""{"manifests":[null]}""", "malformed entries")]
    [DataRow("""{"manifests":"x"}""", "malformed")]
    [DataRow("""{"config":{"mediaType":"x","digest":"sha256:00","size":1},"layers":[]}""", "malformed")]
    [DataRow("""{"config":null,"layers":[]}""", "malformed")]
    [DataRow("""{"mediaType":"text/plain","config":{}}""", "another size or media type")]
    public Task Read_HostileRoot_IsACodedError(string json, string reason) => ExpectAsync(Encoding.UTF8.GetBytes(json), reason);

    [TestMethod]
    public async Task Read_HostileChildren_AreACodedError()
    {
        var image = SampleImage.Create([SampleImage.Layer(10, 1)], "linux/amd64");
        Add(image);
        var child = image.Descriptor;

        await ExpectAsync(Index(child with { Size = child.Size + 1 }), "another size");
        await ExpectAsync(Index(child with { Size = long.MaxValue }), "malformed entries");
        await ExpectAsync(Index(child with { Size = -1 }), "malformed entries");
        await ExpectAsync(Index(child with { MediaType = MediaTypes.DockerManifest }), "media type");
        await ExpectAsync(Index(child, child), "an image twice");
        await ExpectAsync(Index([.. Enumerable.Range(0, 65).Select(i => child with { Digest = Digest.Of([(byte)i]) })]), "more than 64");
        await ExpectAsync(Index(Put(Index(child), MediaTypes.OciIndex)), "media type");
    }

    [TestMethod]
    public async Task Read_OneStatementForTwoPlatforms_IsNamedTwiceAndCountedOnce()
    {
        var image = AttachedImage.Attach(SampleImage.Create([SampleImage.Layer(10, 1)], "linux/amd64", "linux/arm64"), "statement");
        Add(image);
        var statement = image.Attachments[0].ManifestDescriptor;
        var index = Put(Index([.. image.Platforms.Select(platform => platform.ManifestDescriptor), statement, statement]), "");

        var tree = (await ReadAsync(index.Digest))!;

        Assert.HasCount(2, tree.Attachments);
        Assert.AreEqual(
            index.Size + 10 + image.Platforms.Sum(platform => platform.ManifestDescriptor.Size + platform.ConfigDescriptor.Size)
                + statement.Size + image.Attachments[0].ConfigDescriptor.Size + image.Attachments[0].Layers[0].Descriptor.Size,
            tree.Size);
    }

    [TestMethod]
    public async Task Read_VeryLargeDocuments_AreACodedError()
    {
        var layer = SampleImage.Layer(10, 1);
        var children = Enumerable.Range(0, 20).Select(i =>
        {
            var manifest = Manifest($$"""{"os":"linux","architecture":"a{{i}}","rootfs":{"diff_ids":["{{layer.DiffId}}"]},"author":"{{new string('x', 4 << 20)}}"}""", layer);
            return Put(manifest, MediaTypes.OciManifest);
        });

        await ExpectAsync(Index([.. children]), "more than 67108864 bytes");
    }

    [TestMethod]
    public async Task Read_HostileConfiguration_IsACodedError()
    {
        var layer = SampleImage.Layer(10, 1);

        await ExpectAsync(Manifest("""{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}""", layer), "another number of layers");
        await ExpectAsync(Manifest("""{"os":"","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}"""), "no platform");
        await ExpectAsync(Manifest("""{"os":"linux","architecture":"amd64","rootfs":null}"""), "another number of layers");
        await ExpectAsync(Manifest("{"), "malformed");
        await ExpectAsync(Manifest(new string('[', 100) + new string(']', 100)), "malformed");
    }

    private static byte[] Index(params Descriptor[] children) => OciJson.Write(new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = children });

    private byte[] Manifest(string config, params ImageLayer[] layers) => OciJson.Write(new ImageManifest
    {
        MediaType = MediaTypes.OciManifest,
        Config = Put(Encoding.UTF8.GetBytes(config), MediaTypes.OciConfig),
        Layers = [.. layers.Select(layer => layer.Descriptor)],
    });

    private Descriptor Put(byte[] bytes, string mediaType)
    {
        blobs[Digest.Of(bytes)] = bytes;
        return new Descriptor { MediaType = mediaType, Digest = Digest.Of(bytes), Size = bytes.Length };
    }

    private void Add(BuiltImage image)
    {
        foreach (var (_, bytes) in image.Manifests.Concat(image.Configs))
        {
            Put(bytes, "");
        }

        Put(image.Document, "");
    }

    private Task<ImageTree?> ReadAsync(Digest digest) =>
        new ImageTreeReader("the test's store", (wanted, _) => Task.FromResult(blobs.GetValueOrDefault(wanted))).ReadAsync(digest, context.CancellationToken);

    private async Task ExpectAsync(byte[] root, string reason)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ReadAsync(Put(root, "").Digest));
        Assert.AreEqual("OFB5310", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(reason, failure.Diagnostics[0].Message);
    }
}
