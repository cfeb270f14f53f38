using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>The digests of base images before a build by a tool that does not tell them, so that a base that moves later is noticed.</summary>
internal static class BaseDigests
{
    /// <summary>Asks the registries by HEAD. An image that cannot be asked for is left out: the tool may reach it, and says so if it does not.</summary>
    /// <returns>Digests by reference as the Dockerfile has it.</returns>
    public static async Task<IReadOnlyDictionary<string, Digest>> ResolveAsync(
        IReadOnlyList<ImageReference> images, RegistryConnections registries, CancellationToken cancellationToken)
    {
        var digests = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        foreach (var image in images)
        {
            if ((image.Digest ?? await HeadAsync(image, registries, cancellationToken)) is { } digest)
            {
                digests[image.ToString()] = digest;
            }
        }

        return digests;
    }

    private static async Task<Digest?> HeadAsync(ImageReference image, RegistryConnections registries, CancellationToken cancellationToken)
    {
        try
        {
            return (await registries.Repository(image).HeadManifestAsync(image.TagOrDigest, cancellationToken))?.Digest;
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }
}
