using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.Images;

/// <summary>The digests that base images have now, for engines that do not tell which ones they took.</summary>
internal static class BaseDigests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Pins, and for the other images what their registries say. An image that no registry tells of is left out: it may be in the engine's store
    /// alone, and where it is not, the engine says so.
    /// </summary>
    /// <param name="images">The images that the Dockerfile names.</param>
    /// <param name="pull">With <see cref="PullPolicy.Never"/> no registry is asked.</param>
    /// <param name="pin">The digest that an image is pinned to; null for one that is not.</param>
    /// <param name="registries">How registries are reached.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<IReadOnlyDictionary<ImageReference, Digest>> ResolveAsync(
        IReadOnlyList<ImageReference> images, PullPolicy pull, Func<ImageReference, Digest?> pin, RegistryConnections registries, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(images.Select(async image => (Image: image, Digest: image.Digest ?? pin(image)
            ?? (pull == PullPolicy.Never || image.Registry == "localhost" ? null : await AskAsync(image, registries, cancellationToken)))));
        return found.Where(pair => pair.Digest is not null).ToDictionary(pair => pair.Image, pair => pair.Digest!.Value);
    }

    /// <summary>The same by references as the Dockerfile has them, for the check of moved bases.</summary>
    public static IReadOnlyDictionary<string, Digest> ByName(IReadOnlyDictionary<ImageReference, Digest> digests) =>
        new SortedDictionary<string, Digest>(digests.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value), StringComparer.Ordinal);

    private static async Task<Digest?> AskAsync(ImageReference image, RegistryConnections registries, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return (await registries.Repository(image).HeadManifestAsync(image.TagOrDigest, limit.Token))?.Digest;
        }
        catch (DiagnosticException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
