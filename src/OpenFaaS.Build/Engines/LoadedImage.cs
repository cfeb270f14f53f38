using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Engines;

/// <summary>Checks after loading that names lead to the image: an engine that says yes has not always done it.</summary>
internal static class LoadedImage
{
    /// <summary>Asks for the id of every name, and returns it.</summary>
    /// <exception cref="EngineFailedException">A name is missing or leads to another image.</exception>
    public static async Task<string> EnsureAsync(
        BuiltImage image, IReadOnlyList<ImageReference> names, Func<string, CancellationToken, Task<string?>> findId, CancellationToken cancellationToken)
    {
        var id = "";
        foreach (var name in names)
        {
            var found = await findId(name.ToString(), cancellationToken);
            if (found is null || !Identities(image).Contains(found, StringComparer.Ordinal))
            {
                throw new EngineFailedException(found is null ? $"it does not know '{name}' after loading" : $"'{name}' is the image {found} after loading");
            }

            id = found;
        }

        return id;
    }

    // Engines call an image by its configuration, or with containerd's image store by its manifest or index.
    private static IEnumerable<string> Identities(BuiltImage image) =>
        image.Platforms.SelectMany(platform => new[] { platform.ConfigDescriptor.Digest, platform.ManifestDescriptor.Digest })
            .Append(image.Descriptor.Digest)
            .Select(digest => digest.ToString());
}
