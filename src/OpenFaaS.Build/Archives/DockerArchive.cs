using System.Text.Json;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Archives;

/// <summary>
/// The image in an archive of <c>docker save</c>, in the forms of all engines: <c>manifest.json</c> names the configuration and the layers, which are plain or
/// compressed, files or links to files of other layers. Layers are compressed here, since most engines give them plain.
/// </summary>
internal sealed class DockerArchive
{
    private const long LargestArchive = 64L << 30;
    private const int LargestDocument = 4 << 20;
    private const int MostLayers = 512;

    private readonly string path;
    private readonly Dictionary<string, TarItem> items;

    private DockerArchive(string path, Dictionary<string, TarItem> items) => (this.path, this.items) = (path, items);

    /// <summary>Bytes of the largest archive.</summary>
    public static long Limit => LargestArchive;

    /// <summary>Reads the image, and writes its layers to files.</summary>
    /// <param name="path">Full path of the archive.</param>
    /// <param name="id">The engine's id of the image: the digest of its configuration or of its manifest.</param>
    /// <param name="image">Format and compression.</param>
    /// <param name="bases">What the image was made from.</param>
    /// <param name="folder">A private folder for the layers.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="TarFormatException">The archive is malformed, or holds another image.</exception>
    public static async Task<BuiltImage> ReadAsync(
        string path, Digest id, ImageModel image, IReadOnlyDictionary<string, Digest> bases, string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await new DockerArchive(path, List(path)).ReadAsync(id, image, bases, folder, cancellationToken);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or EndOfStreamException or ZstdSharp.ZstdException or SharpCompress.Common.SharpCompressException)
        {
            throw new TarFormatException(e is JsonException ? "one of its documents is malformed" : "a layer cannot be decompressed");
        }
    }

    private static Dictionary<string, TarItem> List(string path)
    {
        using var file = File.OpenRead(path);
        var items = new Dictionary<string, TarItem>(StringComparer.Ordinal);
        foreach (var item in new TarIndex(file, new TarLimits(LargestArchive, 100_000)).Read().Where(item => item.Kind is TarItemKind.File or TarItemKind.SymbolicLink or TarItemKind.HardLink))
        {
            if (!items.TryAdd(item.Name, item))
            {
                throw new TarFormatException("an entry is there twice");
            }
        }

        return items;
    }

    private async Task<BuiltImage> ReadAsync(Digest id, ImageModel image, IReadOnlyDictionary<string, Digest> bases, string folder, CancellationToken cancellationToken)
    {
        var (configName, layerNames) = Names(await DocumentAsync("manifest.json", cancellationToken));
        var config = await DocumentAsync(configName, cancellationToken);
        await EnsureIsAsync(id, Digest.Of(config), cancellationToken);
        var described = OciJson.ReadConfig(config);
        if (described.RootFs?.DiffIds is not { } diffIds || diffIds.Count != layerNames.Count || described is not { Os.Length: > 0, Architecture.Length: > 0 })
        {
            throw new TarFormatException("its configuration does not fit to its layers, or names no platform");
        }

        var options = new LayerOptions(image.Compression.Algorithm, image.Compression.Level, image.Epoch);
        List<ImageLayer> layers = [];
        foreach (var (name, diffId) in layerNames.Zip(diffIds))
        {
            layers.Add(await LayerAsync(name, diffId, options, folder, cancellationToken));
        }

        var platform = ImageAssembler.Assemble(Platform.Normalize(described.Os, described.Architecture, described.Variant), config, layers, image.Format, image.Annotations);
        return ImageAssembler.Combine([platform], image.Format, image.Annotations, bases);
    }

    private static (string Config, IReadOnlyList<string> Layers) Names(byte[] json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
        if (document.RootElement is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() != 1 || list[0] is not { ValueKind: JsonValueKind.Object } entry
            || !entry.TryGetProperty("Config", out var config) || config.ValueKind != JsonValueKind.String
            || !entry.TryGetProperty("Layers", out var layers) || layers.ValueKind != JsonValueKind.Array || layers.GetArrayLength() > MostLayers
            || layers.EnumerateArray().Any(layer => layer.ValueKind != JsonValueKind.String))
        {
            throw new TarFormatException("its manifest.json does not describe exactly one image");
        }

        return (config.GetString()!, [.. layers.EnumerateArray().Select(layer => layer.GetString()!)]);
    }

    // An id is that of the configuration, or in a containerd store that of the manifest, which is there as well then.
    private async Task EnsureIsAsync(Digest id, Digest config, CancellationToken cancellationToken)
    {
        if (id == config)
        {
            return;
        }

        var manifest = await DocumentAsync(ArchiveIndex.PathOf(id), cancellationToken);
        if (Digest.Of(manifest) != id || OciJson.ReadManifest(manifest).Config.Digest != config)
        {
            throw new TarFormatException($"it does not hold the image {id}");
        }
    }

    private async Task<ImageLayer> LayerAsync(string name, Digest diffId, LayerOptions options, string folder, CancellationToken cancellationToken)
    {
        var content = Content(name, out var size);
        await using var plain = Decompression.Open(content);
        var blob = await LayerWriter.CopyAsync(plain, TarLimits.Layer.BytesFor(size), options, folder, cancellationToken);
        return blob.DiffId == diffId
            ? new ImageLayer(blob.Descriptor, diffId, new LocalBlob(new FileRange(blob.Path, 0, blob.Descriptor.Size)))
            : throw new TarFormatException($"the bytes of the layer {diffId} have another digest");
    }

    private async Task<byte[]> DocumentAsync(string name, CancellationToken cancellationToken)
    {
        var content = Content(name, out var size);
        if (size > LargestDocument)
        {
            throw new TarFormatException($"{name} is larger than {LargestDocument} bytes");
        }

        var bytes = new byte[size];
        await using var stream = content.Open();
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private FileRange Content(string name, out long size)
    {
        if (!items.TryGetValue(name, out var item))
        {
            throw new TarFormatException("something that it names is missing");
        }

        // Layers that are equal are there once, with links to it: ../ID/layer.tar. A name only leads to other entries, never to a file outside.
        if (item.Kind != TarItemKind.File && (!items.TryGetValue(TargetOf(item), out item) || item.Kind != TarItemKind.File))
        {
            throw new TarFormatException("a link in it leads to nothing");
        }

        size = item.Size;
        return new FileRange(path, item.Offset, item.Size);
    }

    private static string TargetOf(TarItem link) =>
        link.Kind == TarItemKind.HardLink ? link.LinkName
        : link.LinkName.StartsWith("../", StringComparison.Ordinal) && link.Name.Count(c => c == '/') == 1 ? link.LinkName["../".Length..]
        : PathNames.Parent(link.Name) is { Length: > 0 } folder ? folder + "/" + link.LinkName
        : link.LinkName;
}
