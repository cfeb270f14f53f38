using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.BuildKit.Plans;

/// <summary>The base images as the daemon took them.</summary>
internal static class ResolvedBases
{
    /// <summary>The same with those that a Docker Engine has taken from its own store, of which its BuildKit tells no digest: by the names under which they are in registries.</summary>
    /// <param name="bases">What the daemon said.</param>
    /// <param name="images">The images that the Dockerfile names.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<IReadOnlyDictionary<string, Digest>> CompleteAsync(
        IReadOnlyDictionary<string, Digest> bases, IReadOnlyList<ImageReference> images, EngineApi engine, CancellationToken cancellationToken)
    {
        var all = new SortedDictionary<string, Digest>(bases.ToDictionary(), StringComparer.Ordinal);
        foreach (var image in images.Where(image => !bases.ContainsKey(image.ToString())))
        {
            try
            {
                if ((await EngineImages.FindAsync(engine, image.ToString(), cancellationToken))?.DigestOf(image) is { } digest)
                {
                    all[image.ToString()] = digest;
                }
            }
            catch (EngineFailedException)
            {
                // Only the check of moved bases goes without it, which is told then.
            }
        }

        return all;
    }

    /// <summary>Digests by reference.</summary>
    /// <param name="result">What the daemon said.</param>
    /// <param name="images">The images that the Dockerfile names.</param>
    /// <param name="pin">The digest that an image is pinned to.</param>
    /// <param name="address">The daemon, for messages.</param>
    /// <exception cref="DiagnosticException">A pinned image is another one.</exception>
    public static IReadOnlyDictionary<string, Digest> Of(SolveResult result, IReadOnlyList<ImageReference> images, Func<ImageReference, Digest?> pin, string address)
    {
        var bases = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        foreach (var (name, text) in result.Bases)
        {
            if (!ImageReference.TryParse(name, out var told) || !Digest.TryParse(text, out var digest))
            {
                continue;
            }

            // The daemon completes names with a tag; pins and the check of moved bases know them as the Dockerfile has them.
            var reference = images.FirstOrDefault(image => image with { Tag = image.Tag ?? "latest" } == told) ?? told;

            if (reference.Digest is null && pin(reference) is { } pinned && pinned != digest)
            {
                throw BuildKitBuildDiagnostics.PinNotHonoured.With(name, pinned, address, digest).ToException();
            }

            bases[reference.ToString()] = digest;
        }

        return bases;
    }
}
