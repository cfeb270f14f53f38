using OpenFaaS.Build.Builders.Docker.Endpoints;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.Docker.Classic;

/// <summary>Images whose layers a build may take over. The classic builder looks for them in the engine only, so they are pulled first.</summary>
internal sealed class ClassicCaches(DockerEngine engine, RegistryConnections registries)
{
    /// <summary>Pulls the images of <c>@(ContainerCacheFrom)</c>; one that cannot be pulled is left out with a warning, as a cache is nothing that a build needs.</summary>
    /// <exception cref="DiagnosticException">An entry has another form than an image's (OFB2428).</exception>
    public async Task<IReadOnlyList<ImageReference>> PullAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        // All forms are looked at before the first pull.
        var images = build.Function.Builder.Steps.CacheFrom
            .Select(text => Read(text) ?? throw DockerBuildDiagnostics.CacheFormUnknown.With(text).At(build.Function.Origin).ToException())
            .ToList();
        List<ImageReference> pulled = [];
        foreach (var image in images)
        {
            try
            {
                var credential = await registries.FindCredentialAsync(image.Registry, image.Repository, RegistryAccess.Pull, cancellationToken);
                await EngineWatch.RunAsync(engine.Api, token => PullAsync(image, credential?.Username, credential?.IdentityToken ?? credential?.Password, credential?.IdentityToken is not null, token), cancellationToken);
                pulled.Add(image);
            }
            catch (EngineFailedException e)
            {
                build.Log.Report(DockerBuildDiagnostics.CacheNotFound.With(image, e.Message).At(build.Function.Origin));
            }
        }

        return pulled;
    }

    private async Task<bool> PullAsync(ImageReference image, string? user, string? secret, bool isToken, CancellationToken cancellationToken)
    {
        await EnginePull.RunAsync(engine.Api, image, user ?? "", secret ?? "", isToken, cancellationToken);
        return true;
    }

    // An image's name, or BuildKit's form of it.
    private static ImageReference? Read(string text)
    {
        var fields = text.Split(',');
        var reference = !text.Contains('=', StringComparison.Ordinal) ? text
            : fields.Contains("type=registry", StringComparer.Ordinal) && fields.Length == 2 ? fields.FirstOrDefault(field => field.StartsWith("ref=", StringComparison.Ordinal))?["ref=".Length..]
            : null;
        return ImageReference.TryParse(reference, out var image) ? image with { Tag = image.Tag ?? (image.Digest is null ? "latest" : null) } : null;
    }
}
