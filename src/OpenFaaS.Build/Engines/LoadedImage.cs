using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Engines;

/// <summary>Checks after loading that names lead to the image: an engine that says yes has not always done it.</summary>
internal static class LoadedImage
{
    /// <summary>Asks for the id of every name.</summary>
    /// <exception cref="EngineFailedException">A name is missing or leads to another image.</exception>
    public static async Task EnsureAsync(
        BuiltImage image, IReadOnlyList<ImageReference> names, Func<string, CancellationToken, Task<string?>> findId, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            var id = await findId(name.ToString(), cancellationToken);
            if (id is null || !Identities(image).Contains(id, StringComparer.Ordinal))
            {
                throw new EngineFailedException(id is null ? $"it does not know '{name}' after loading" : $"'{name}' is the image {id} after loading");
            }
        }
    }

    // Engines call an image by its configuration, or with containerd's image store by its manifest or index.
    private static IEnumerable<string> Identities(BuiltImage image) =>
        image.Platforms.SelectMany(platform => new[] { platform.ConfigDescriptor.Digest, platform.ManifestDescriptor.Digest })
            .Append(image.Descriptor.Digest)
            .Select(digest => digest.ToString());
}
