using System.Text.Json;
using OpenFaaS.Build.BuildKit.ContentStores.Documents;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>The image in an archive that BuildKit's <c>oci</c> exporter wrote. Its blobs stay in the archive, which must stay as it is.</summary>
internal sealed class OciArchiveImage
{
    private const string Blobs = "blobs/sha256/";
    private static readonly TarLimits Limits = new(ContentLimits.Blob, 100_000);

    private readonly string path;
    private readonly IReadOnlyDictionary<string, TarItem> items;

    private OciArchiveImage(string path, IReadOnlyDictionary<string, TarItem> items) => (this.path, this.items) = (path, items);

    /// <summary>Reads the archive's documents; layers are verified when they are read.</summary>
    /// <param name="path">Full path of the archive.</param>
    /// <param name="bases">What the image was made from.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">The archive is damaged, no OCI layout, or holds no or several images.</exception>
    public static async Task<BuiltImage> ReadAsync(string path, IReadOnlyDictionary<string, Digest> bases, CancellationToken cancellationToken)
    {
        try
        {
            var archive = new OciArchiveImage(path, List(path));
            var tree = await new ImageTreeReader($"'{path}'", archive.DocumentAsync).ReadAsync(await archive.RootAsync(cancellationToken), cancellationToken);
            return tree is null ? throw Malformed(path, "a manifest or a configuration is missing") : tree.ToImage(bases, archive.Layer);
        }
        catch (TarFormatException e)
        {
            throw Malformed(path, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Malformed(path, e.Message.TrimEnd('.'));
        }
    }

    private static Dictionary<string, TarItem> List(string path)
    {
        using var file = File.OpenRead(path);
        var items = new Dictionary<string, TarItem>(StringComparer.Ordinal);
        foreach (var item in new TarIndex(file, Limits).Read().Where(item => item.Kind == TarItemKind.File))
        {
            if (!items.TryAdd(item.Name, item))
            {
                throw new TarFormatException("an entry is there twice");
            }
        }

        return items;
    }

    private async Task<Digest> RootAsync(CancellationToken cancellationToken)
    {
        var json = await ReadAsync("index.json", cancellationToken) ?? throw Malformed(path, "it has no index.json");
        try
        {
            var digests = OciJson.ReadIndex(json).Manifests?.Select(entry => entry.Digest).Distinct().Take(2).ToList();
            return digests is [var only] ? only : throw Malformed(path, "it does not hold exactly one image");
        }
        catch (JsonException)
        {
            throw Malformed(path, "its index.json is malformed");
        }
    }

    private async Task<byte[]?> DocumentAsync(Digest digest, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(Blobs + digest.Hex, cancellationToken);
        return bytes is null || Digest.Of(bytes) == digest ? bytes : throw Malformed(path, $"the bytes of {digest} have another digest");
    }

    private async Task<byte[]?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (!items.TryGetValue(name, out var item))
        {
            return null;
        }

        if (item.Size > ContentLimits.Document)
        {
            throw Malformed(path, $"{name} is larger than {ContentLimits.Document} bytes");
        }

        var bytes = new byte[item.Size];
        await using var content = new FileRange(path, item.Offset, item.Size).Open();
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private ImageLayer Layer(Descriptor descriptor, Digest diffId)
    {
        if (!items.TryGetValue(Blobs + descriptor.Digest.Hex, out var item) || item.Size != descriptor.Size)
        {
            throw Malformed(path, $"the layer {descriptor.Digest} is missing or has another size");
        }

        return new ImageLayer(descriptor, diffId, new LocalBlob(new VerifiedContent(new FileRange(path, item.Offset, item.Size), descriptor.Digest, path)));
    }

    private static DiagnosticException Malformed(string path, string reason) => BuildKitCacheDiagnostics.MalformedImageArchive.With(path, reason).ToException();
}
