using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.BuildKit.ContentStores.Documents;

/// <summary>Follows an image's documents from its index or manifest on, within bounds, and checks that they fit together.</summary>
/// <param name="place">Where the image is, for messages.</param>
/// <param name="read">Reads verified bytes; null where they are not there.</param>
internal sealed class ImageTreeReader(string place, Func<Digest, CancellationToken, Task<byte[]?>> read)
{
    private const int MostChildren = 64;
    private const int MostLayers = 512;
    private const long LargestSize = 1L << 45;
    private const long MostBytes = 64L << 20;

    private long bytesRead;

    /// <summary>The image's documents; null where one of them is not there.</summary>
    /// <param name="digest">The index, or the manifest of an image without one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">They do not fit together.</exception>
    public async Task<ImageTree?> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (await DocumentAsync(digest, cancellationToken) is not { } bytes)
        {
            return null;
        }

        var root = new Descriptor { MediaType = MediaTypeOf(bytes, digest), Digest = digest, Size = bytes.Length };
        if (!MediaTypes.IsIndex(root.MediaType))
        {
            return await ReadManifestAsync(root, bytes, isAttachment: false, cancellationToken) is { } only ? new ImageTree(root, bytes, [only], []) : null;
        }

        List<ManifestDocument> platforms = [], attachments = [];
        foreach (var child in Children(bytes))
        {
            var isAttachment = IsAttachment(child);
            if (await DocumentAsync(child.Digest, cancellationToken) is not { } manifest
                || await ReadManifestAsync(child, manifest, isAttachment, cancellationToken) is not { } document)
            {
                return null;
            }

            (isAttachment ? attachments : platforms).Add(document);
        }

        return platforms.Count == 0 ? throw Malformed("its index names no image")
            : platforms.DistinctBy(document => document.Descriptor.Digest).Count() < platforms.Count ? throw Malformed("its index names an image twice")
            : new ImageTree(root, bytes, platforms, attachments);
    }

    private static bool IsAttachment(Descriptor child) =>
        child.Platform is { Os: "unknown", Architecture: "unknown" } || child.Annotations?.ContainsKey("vnd.docker.reference.type") == true;

    private IReadOnlyList<Descriptor> Children(byte[] index)
    {
        var children = Parse(() => OciJson.ReadIndex(index), "its index").Manifests;
        if (children is not { Count: <= MostChildren } || !children.All(IsSound))
        {
            throw Malformed($"its index has more than {MostChildren} or malformed entries");
        }

        // Statements that are equal for several platforms are one manifest, which is named for each.
        return children;
    }

    private async Task<ManifestDocument?> ReadManifestAsync(Descriptor descriptor, byte[] bytes, bool isAttachment, CancellationToken cancellationToken)
    {
        if (bytes.Length != descriptor.Size || MediaTypeOf(bytes, descriptor.Digest) != descriptor.MediaType || !MediaTypes.IsManifest(descriptor.MediaType))
        {
            throw Malformed($"{descriptor.Digest} has another size or media type than its index says");
        }

        var manifest = Parse(() => OciJson.ReadManifest(bytes), $"the manifest {descriptor.Digest}");
        if (!IsSound(manifest.Config) || manifest.Layers is not { Count: <= MostLayers } || !manifest.Layers.All(IsSound))
        {
            throw Malformed($"the manifest {descriptor.Digest} has too many or malformed entries");
        }

        if (await DocumentAsync(manifest.Config.Digest, cancellationToken) is not { } config)
        {
            return null;
        }

        if (config.Length != manifest.Config.Size)
        {
            throw Malformed($"the configuration {manifest.Config.Digest} has another size than its manifest says");
        }

        return new ManifestDocument(descriptor, bytes, manifest, config, isAttachment ? null : Image(manifest, config));
    }

    private async Task<byte[]?> DocumentAsync(Digest digest, CancellationToken cancellationToken)
    {
        var bytes = await read(digest, cancellationToken);
        bytesRead += bytes?.Length ?? 0;
        return bytesRead <= MostBytes ? bytes : throw Malformed($"its documents have more than {MostBytes} bytes");
    }

    private ImageConfig Image(ImageManifest manifest, byte[] bytes)
    {
        var config = Parse(() => OciJson.ReadConfig(bytes), $"the configuration {manifest.Config.Digest}");
        if (config.RootFs?.DiffIds?.Count != manifest.Layers.Count)
        {
            throw Malformed($"the configuration {manifest.Config.Digest} has another number of layers than its manifest");
        }

        return config is { Os.Length: > 0, Architecture.Length: > 0 } ? config : throw Malformed($"the configuration {manifest.Config.Digest} names no platform");
    }

    private string MediaTypeOf(byte[] bytes, Digest digest)
    {
        var (mediaType, problem) = ManifestMediaType.Determine(bytes, header: null);
        return mediaType ?? throw Malformed($"{digest}: {problem}");
    }

    private T Parse<T>(Func<T> parse, string what)
    {
        try
        {
            return parse();
        }
        catch (JsonException)
        {
            throw Malformed(what + " is malformed");
        }
    }

    private static bool IsSound(Descriptor? descriptor) => descriptor is { MediaType.Length: > 0, Size: >= 0 and <= LargestSize };

    private DiagnosticException Malformed(string reason) => BuildKitCacheDiagnostics.MalformedImage.With(place, reason).ToException();
}
