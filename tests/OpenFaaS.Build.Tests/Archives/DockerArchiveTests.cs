using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Tests.Builders;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Archives;

[TestClass]
public sealed class DockerArchiveTests(TestContext context)
{
    private static readonly byte[] Layer = Encoding.UTF8.GetBytes(new string('a', 1024));
    private static readonly byte[] Config = ConfigOf(Layer, Layer);

    [TestMethod]
    public async Task Read_OldForm_FollowsLinksBetweenLayersAndCompresses()
    {
        var image = await ReadAsync(Digest.Of(Config), OldForm());

        Assert.HasCount(2, image.Platforms[0].Layers);
        Assert.AreEqual(Digest.Of(Config), image.Platforms[0].ConfigDescriptor.Digest);
        Assert.AreEqual(Digest.Of(Layer), image.Platforms[0].Layers[1].DiffId);
        Assert.AreEqual(MediaTypes.OciLayerGzip, image.Platforms[0].Layers[0].Descriptor.MediaType);
        var source = ((LocalBlob)image.Platforms[0].Layers[1].Content).Source;
        await using var plain = new GZipStream(source.Open(), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        await plain.CopyToAsync(bytes, context.CancellationToken);
        CollectionAssert.AreEqual(Layer, bytes.ToArray());
    }

    [TestMethod]
    public async Task Read_FormOfAContainerdStore_IsFoundByItsManifest()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(Layer, context.CancellationToken);
        }

        var (config, layer) = (ConfigOf(Layer), packed.ToArray());
        var manifest = OciJson.Write(new ImageManifest
        {
            MediaType = MediaTypes.OciManifest,
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = Digest.Of(config), Size = config.Length },
            Layers = [new Descriptor { MediaType = MediaTypes.DockerLayerGzip, Digest = Digest.Of(layer), Size = layer.Length }],
        });
        (string, object)[] entries =
        [
            .. new[] { config, layer, manifest }.Select(blob => ("blobs/sha256/" + Digest.Of(blob).Hex, (object)blob)),
            ("manifest.json", $$"""[{"Config":"blobs/sha256/{{Digest.Of(config).Hex}}","RepoTags":null,"Layers":["blobs/sha256/{{Digest.Of(layer).Hex}}"]}]"""),
        ];

        var image = await ReadAsync(Digest.Of(manifest), entries);

        Assert.AreEqual(Digest.Of(Layer), image.Platforms[0].Layers[0].DiffId);
        await Assert.ThrowsExactlyAsync<TarFormatException>(() => ReadAsync(Digest.Of("another"u8), entries));
    }

    [TestMethod]
    [DataRow("manifest.json", "{}", "exactly one image")]
    [DataRow("manifest.json", "[]", "exactly one image")]
    [DataRow("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[7]}]", "exactly one image")]
    [DataRow("manifest.json", "[{\"Config\":\"../../etc/passwd\",\"Layers\":[]}]", "is missing")]
    [DataRow("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"one/layer.tar\"]}]", "does not fit")]
    [DataRow("manifest.json", "[", "is malformed")]
    [DataRow("c.json", "{}", "is missing")]
    [DataRow("one/layer.tar", "other bytes", "another digest")]
    [DataRow("two/layer.tar", "->../../../../../etc/passwd", "leads to nothing")]
    [DataRow("two/layer.tar", "->../two/layer.tar", "leads to nothing")]
    [DataRow("two/layer.tar", "->/etc/passwd", "leads to nothing")]
    public async Task Read_HostileArchive_IsRefused(string name, string content, string problem)
    {
        var entries = OldForm().Select(entry => entry.Name == name ? (name, content) : entry).ToArray();

        var failure = await Assert.ThrowsExactlyAsync<TarFormatException>(() => ReadAsync(Digest.Of(Config), entries));

        Assert.Contains(problem, failure.Message);
    }

    private static (string Name, object Content)[] OldForm() =>
    [
        ("one/layer.tar", Layer),
        ("two/layer.tar", "->../one/layer.tar"),
        ("c.json", Config),
        ("manifest.json", """[{"Config":"c.json","RepoTags":["x:1"],"Layers":["one/layer.tar","two/layer.tar"]}]"""),
    ];

    private static byte[] ConfigOf(params byte[][] layers) =>
        OciJson.Write(new ImageConfig { Architecture = "amd64", Os = "linux", RootFs = new RootFs { DiffIds = [.. layers.Select(layer => Digest.Of(layer))] } });

    private async Task<BuiltImage> ReadAsync(Digest id, params (string Name, object Content)[] entries)
    {
        var path = Path.Combine(context.Folder(), Guid.NewGuid().ToString("n") + ".tar");
        await using (var tar = new System.Formats.Tar.TarWriter(File.Create(path), TarEntryFormat.Ustar))
        {
            foreach (var (name, content) in entries)
            {
                var isLink = content is string text && text.StartsWith("->", StringComparison.Ordinal);
                var entry = new UstarTarEntry(isLink ? TarEntryType.SymbolicLink : TarEntryType.RegularFile, name);
                if (isLink)
                {
                    entry.LinkName = ((string)content)[2..];
                }
                else
                {
                    entry.DataStream = new MemoryStream(content as byte[] ?? Encoding.UTF8.GetBytes((string)content));
                }

                await tar.WriteEntryAsync(entry, context.CancellationToken);
            }
        }

        var model = SampleBuild.Of(context, "FROM scratch\n", new RecordingLog()).Function.Image;
        return await DockerArchive.ReadAsync(path, id, model, new Dictionary<string, Digest>(), context.Folder(), context.CancellationToken);
    }
}
