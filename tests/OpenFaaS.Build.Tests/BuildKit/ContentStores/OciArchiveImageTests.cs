using System.Text;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.ContentStores;

[TestClass]
public sealed class OciArchiveImageTests(TestContext context)
{
    private static readonly ImageReference Name = new("docker.io", "library/hello", "v1", null);

    private string ArchivePath => Path.Combine(context.Folder(), "image.tar");

    [TestMethod]
    [DataRow(false, "amd64")]
    [DataRow(true, "amd64")]
    [DataRow(true, "amd64", "arm64")]
    public async Task Read_ArchiveThatWasWritten_IsTheSameImage(bool hasAttachments, params string[] architectures)
    {
        var image = await TestImage.BuildAsync(context.Folder(), "text", context.CancellationToken, architectures: architectures);
        image = hasAttachments ? AttachedImage.Attach(image, "provenance of") : image;
        await TestImage.Writer(Name, Name with { Tag = "latest" }).WriteFileAsync(image, ArchivePath, context.CancellationToken);

        var read = await ReadAsync();

        CollectionAssert.AreEqual(image.Document, read.Document);
        Assert.AreEqual(image.Descriptor, read.Descriptor);
        Assert.AreEqual(image.Size, read.Size);
        CollectionAssert.AreEqual(image.Platforms.Select(platform => platform.Platform).ToArray(), read.Platforms.Select(platform => platform.Platform).ToArray());
        CollectionAssert.AreEqual(Blobs(image), Blobs(read));
        Assert.HasCount(hasAttachments ? architectures.Length : 0, read.Attachments);
        Assert.AreEqual(
            architectures.Length == 1 ? image.Platforms[0].ConfigDescriptor.Digest : null,
            ImageSummary.Of(read).ConfigDigest);

        var again = Path.Combine(context.Folder(), "again.tar");
        await TestImage.Writer(Name, Name with { Tag = "latest" }).WriteFileAsync(read, again, context.CancellationToken);
        CollectionAssert.AreEqual(File.ReadAllBytes(ArchivePath), File.ReadAllBytes(again));
    }

    [TestMethod]
    public async Task Read_ImageWithAttachments_IsReadBySkopeo()
    {
        var image = AttachedImage.Attach(await TestImage.BuildAsync(context.Folder(), "text", context.CancellationToken), "provenance of");
        await TestImage.Writer(Name).WriteFileAsync(image, ArchivePath, context.CancellationToken);

        var layout = Path.Combine(context.Folder(), "layout");
        await Tool.RunAsync("skopeo", ["copy", "--all", $"oci-archive:{ArchivePath}", $"oci:{layout}:x"], context.CancellationToken);

        Assert.IsTrue(File.Exists(Path.Combine(layout, "blobs", "sha256", image.Attachments[0].Layers[0].Descriptor.Digest.Hex)));
    }

    [TestMethod]
    public async Task Read_LayerWithOtherBytes_FailsBeforeItsEnd()
    {
        var entries = Entries(await TestImage.BuildAsync(context.Folder(), "text", context.CancellationToken), out var image);
        var layer = image.Platforms[0].Layers[0].Descriptor;
        entries[PathOf(layer.Digest)] = new byte[layer.Size];
        await WriteAsync(entries.Select(entry => (entry.Key, entry.Value)));

        var content = ((LocalBlob)(await ReadAsync()).Platforms[0].Layers[0].Content).Source;

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(async () =>
        {
            await using var stream = content.Open();
            await stream.ReadExactlyAsync(new byte[layer.Size], context.CancellationToken);
        });
        Assert.AreEqual("OFB5311", failure.Diagnostics[0].Descriptor.Code);
        Assert.Throws<DiagnosticException>(() => content.Open().CopyTo(Stream.Null));
    }

    [TestMethod]
    [DataRow("index.json", null, "OFB5311", "no index.json")]
    [DataRow("index.json", "{", "OFB5311", "malformed")]
    [DataRow("index.json", """{"schemaVersion":2,"manifests":[]}""", "OFB5311", "exactly one image")]
    [DataRow("index.json", """{"manifests":[{"mediaType":"x","digest":"sha256:../../etc/passwd","size":1}]}""", "OFB5311", "malformed")]
    [DataRow("manifest", null, "OFB5311", "is missing")]
    [DataRow("manifest", "{}", "OFB5311", "another digest")]
    [DataRow("config", null, "OFB5311", "is missing")]
    [DataRow("config", "{}", "OFB5311", "another digest")]
    [DataRow("layer", null, "OFB5311", "missing or has another size")]
    [DataRow("layer", "x", "OFB5311", "missing or has another size")]
    public async Task Read_HostileEntry_IsACodedError(string which, string? text, string code, string reason)
    {
        var entries = Entries(await TestImage.BuildAsync(context.Folder(), "text", context.CancellationToken), out var image);
        var platform = image.Platforms[0];
        var name = which switch
        {
            "manifest" => PathOf(platform.ManifestDescriptor.Digest),
            "config" => PathOf(platform.ConfigDescriptor.Digest),
            "layer" => PathOf(platform.Layers[0].Descriptor.Digest),
            _ => which,
        };
        entries.Remove(name);
        if (text is not null)
        {
            entries[name] = Encoding.UTF8.GetBytes(text);
        }

        await WriteAsync(entries.Select(entry => (entry.Key, entry.Value)));

        await ExpectAsync(code, reason);
    }

    [TestMethod]
    public async Task Read_EntryTwiceOrTooLargeOrNoArchive_IsACodedError()
    {
        var entries = Entries(await TestImage.BuildAsync(context.Folder(), "text", context.CancellationToken), out _);
        await WriteAsync(entries.Select(entry => (entry.Key, entry.Value)).Append(("index.json", "{}"u8.ToArray())));
        await ExpectAsync("OFB5311", "twice");

        entries["index.json"] = new byte[ContentLimits.Document + 1];
        await WriteAsync(entries.Select(entry => (entry.Key, entry.Value)));
        await ExpectAsync("OFB5311", "larger");

        File.WriteAllBytes(ArchivePath, StoredBytes.Noise(2000));
        await ExpectAsync("OFB5311", "a header");

        File.Delete(ArchivePath);
        await ExpectAsync("OFB5311", "image.tar");
    }

    private static string PathOf(Digest digest) => "blobs/sha256/" + digest.Hex;

    private static string[] Blobs(BuiltImage image) =>
    [
        .. image.Manifests.Concat(image.Configs).Select(document => $"{document.Descriptor.Digest} {Digest.Of(document.Bytes)}"),
        .. image.Layers.Select(layer => $"{layer.Descriptor.Digest} {layer.DiffId} {Digest.Of(Read(layer))}"),
    ];

    private static byte[] Read(ImageLayer layer)
    {
        using var stream = ((LocalBlob)layer.Content).Source.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static SortedDictionary<string, byte[]> Entries(BuiltImage given, out BuiltImage image)
    {
        image = given;
        var entries = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["index.json"] = OciJson.Write(new ImageIndex { Manifests = [image.Descriptor] }),
            [PathOf(image.Descriptor.Digest)] = image.Document,
        };
        foreach (var (descriptor, bytes) in image.Manifests.Concat(image.Configs))
        {
            entries[PathOf(descriptor.Digest)] = bytes;
        }

        foreach (var layer in image.Layers)
        {
            entries[PathOf(layer.Descriptor.Digest)] = Read(layer);
        }

        return entries;
    }

    private async Task WriteAsync(IEnumerable<(string Name, byte[] Bytes)> entries)
    {
        await using var file = File.Create(ArchivePath);
        var tar = new TarWriter(file, 0);
        foreach (var (name, bytes) in entries)
        {
            await tar.WriteAsync(name, bytes, context.CancellationToken);
        }

        await tar.FinishAsync(context.CancellationToken);
    }

    private Task<BuiltImage> ReadAsync() => OciArchiveImage.ReadAsync(ArchivePath, new Dictionary<string, Digest>(), context.CancellationToken);

    private async Task ExpectAsync(string code, string reason)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(ReadAsync);
        Assert.AreEqual(code, failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(reason, failure.Diagnostics[0].Message);
    }
}
