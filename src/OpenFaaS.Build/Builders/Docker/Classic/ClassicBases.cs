using OpenFaaS.Build.Builders.Docker.Endpoints;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Docker.Classic;

/// <summary>The base images as the engine has them.</summary>
/// <param name="engine">The engine.</param>
/// <param name="pin">The digest that an image is pinned to, and that the builder was given.</param>
internal sealed class ClassicBases(DockerEngine engine, Func<ImageReference, Digest?> pin)
{
    /// <summary>Makes sure that nothing has to be pulled.</summary>
    /// <exception cref="DiagnosticException">An image is not there.</exception>
    public async Task EnsurePresentAsync(IReadOnlyList<ImageReference> images, SourceLocation origin, CancellationToken cancellationToken)
    {
        foreach (var image in images)
        {
            if (await FindAsync(pin(image) is { } digest ? image with { Tag = null, Digest = digest } : image, cancellationToken) is null)
            {
                throw DockerBuildDiagnostics.BaseMissing.With(engine.Address.Text, image).At(origin).ToException();
            }
        }
    }

    /// <summary>
    /// Digests by reference, for the check of moved bases. An image that was never in a registry has none, and what a name led to during the build
    /// is what it leads to right behind it, as far as an engine can tell.
    /// </summary>
    /// <exception cref="DiagnosticException">The engine cannot be asked.</exception>
    public async Task<IReadOnlyDictionary<string, Digest>> OfAsync(IReadOnlyList<ImageReference> images, CancellationToken cancellationToken)
    {
        var bases = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        foreach (var image in images)
        {
            if ((image.Digest ?? pin(image)) is { } known)
            {
                bases[image.ToString()] = known;
            }
            else if ((await FindAsync(image, cancellationToken))?.DigestOf(image) is { } found)
            {
                bases[image.ToString()] = found;
            }
        }

        return bases;
    }

    private async Task<EngineImage?> FindAsync(ImageReference image, CancellationToken cancellationToken)
    {
        try
        {
            return await EngineImages.FindAsync(engine.Api, image.ToString(), cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw DockerBuildDiagnostics.EngineLost.With(engine.Address.Text, e.Message).ToException(e);
        }
    }
}
