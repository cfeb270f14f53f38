using System.Text.Json;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.Images;

/// <summary>Documents of an image in a registry by their digests alone: which are blobs, and how large, the manifests before them say.</summary>
internal sealed class RegistryDocuments(RegistryRepository repository)
{
    private const long MaximumConfig = 8 << 20;
    private readonly Dictionary<Digest, Descriptor> configs = [];

    /// <summary>Verified bytes; null where the registry does not have them.</summary>
    public async Task<byte[]?> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (configs.TryGetValue(digest, out var descriptor))
        {
            using var buffer = new MemoryStream();
            await repository.CopyBlobAsync(descriptor, buffer, cancellationToken);
            return buffer.ToArray();
        }

        if (await repository.GetManifestAsync(digest.ToString(), cancellationToken) is not { } document || document.Digest != digest)
        {
            return null;
        }

        TakeUp(document);
        return document.Bytes;
    }

    private void TakeUp(RegistryDocument document)
    {
        try
        {
            if (MediaTypes.IsManifest(document.MediaType) && OciJson.ReadManifest(document.Bytes).Config is { Size: >= 0 and <= MaximumConfig } config)
            {
                configs[config.Digest] = config;
            }
        }
        catch (JsonException)
        {
            // The reader says what is wrong with it.
        }
    }
}
