using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.ContentStores.Documents;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>
/// An image of one platform that was copied to a folder (<c>dir:</c>): <c>manifest.json</c>, and a file of its own for configuration and layers, named by
/// their digests. Unlike an OCI archive it keeps Docker's media types, without which health checks and shells would be lost.
/// </summary>
internal static class ExportedImage
{
    private const string Manifest = "manifest.json";

    /// <summary>Reads the image's documents; layers are verified when they are read.</summary>
    /// <exception cref="DiagnosticException">The folder does not hold an image of one platform.</exception>
    public static async Task<PlatformImage> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            var root = await DocumentAsync(folder, Manifest, cancellationToken) ?? throw Malformed(folder, "it holds no manifest.json");
            var digest = Digest.Of(root);
            var reader = new ImageTreeReader($"'{folder}'", async (wanted, token) =>
            {
                var bytes = wanted == digest ? root : await DocumentAsync(folder, wanted.Hex, token);
                return bytes is null || Digest.Of(bytes) == wanted ? bytes : throw Malformed(folder, $"the bytes of {wanted} have another digest");
            });
            return await reader.ReadAsync(digest, cancellationToken) is { Platforms: [var only] } tree && !MediaTypes.IsIndex(tree.Descriptor.MediaType)
                ? Image(folder, only)
                : throw Malformed(folder, "it does not hold one image of one platform");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Malformed(folder, e.Message.TrimEnd('.'));
        }
    }

    private static async Task<byte[]?> DocumentAsync(string folder, string name, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        return !file.Exists ? null
            : file.Length <= ContentLimits.Document ? await File.ReadAllBytesAsync(file.FullName, cancellationToken)
            : throw Malformed(folder, $"{name} is larger than {ContentLimits.Document} bytes");
    }

    private static PlatformImage Image(string folder, ManifestDocument document)
    {
        var platform = ImageDocuments.PlatformOf(document);
        return new PlatformImage
        {
            Platform = platform,
            Config = document.Config,
            ConfigDescriptor = document.Manifest.Config,
            Manifest = document.Bytes,
            ManifestDescriptor = document.Descriptor with { Platform = DescriptorPlatform.From(platform) },
            Layers = [.. document.Manifest.Layers.Zip(document.Image!.RootFs.DiffIds, (layer, diffId) => Layer(folder, layer, diffId))],
        };
    }

    private static ImageLayer Layer(string folder, Descriptor descriptor, Digest diffId)
    {
        var file = new FileInfo(Path.Combine(folder, descriptor.Digest.Hex));
        return file.Exists && file.Length == descriptor.Size
            ? new ImageLayer(descriptor, diffId, new LocalBlob(new VerifiedContent(new FileRange(file.FullName, 0, file.Length), descriptor.Digest, folder)))
            : throw Malformed(folder, $"the layer {descriptor.Digest} is missing or has another size");
    }

    private static DiagnosticException Malformed(string folder, string reason) => BuildKitCacheDiagnostics.MalformedImageArchive.With(folder, reason).ToException();
}
