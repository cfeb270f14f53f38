using OpenFaaS.Build.Builders.Docker.Endpoints;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Docker.Classic;

/// <summary>Runs one build in an engine.</summary>
/// <param name="build">The build.</param>
/// <param name="document">Its Dockerfile.</param>
/// <param name="engine">The engine.</param>
/// <param name="context">The files that are sent.</param>
/// <param name="credentials">Value of <c>X-Registry-Config</c>.</param>
internal sealed class ClassicRun(ImageBuild build, DockerfileDocument document, DockerEngine engine, ClassicContext context, string credentials)
{
    private const string CacheFault = "failed to restore cached image";

    private readonly ClassicFailure failure = new(build, document, engine.Address.Text);

    /// <summary>Builds the image.</summary>
    /// <param name="names">Names that it gets.</param>
    /// <param name="caches">Images of the engine whose layers may be taken over.</param>
    /// <param name="cancellationToken">Cancels: the engine ends the step and removes its container.</param>
    /// <returns>The engine's id of the image.</returns>
    /// <exception cref="DiagnosticException">A step failed, or the engine did.</exception>
    public async Task<Digest> BuildAsync(IReadOnlyList<ImageReference> names, IReadOnlyList<ImageReference> caches, CancellationToken cancellationToken)
    {
        var progress = await RunAsync(names, caches, cancellationToken);
        if (caches.Count > 0 && progress.Error?.Contains(CacheFault, StringComparison.Ordinal) == true)
        {
            // Engines with containerd's image store fail (seen in 26.1) where they should only have found no cache.
            build.Log.Report(DockerBuildDiagnostics.CacheNotFound.With(string.Join(", ", caches), progress.Error).At(build.Function.Origin));
            progress = await RunAsync(names, [], cancellationToken);
        }

        return progress.Error is not null ? throw failure.Of(progress)
            : progress.Image ?? throw DockerBuildDiagnostics.NoImage.With(engine.Address.Text).ToException();
    }

    private async Task<ClassicProgress> RunAsync(IReadOnlyList<ImageReference> names, IReadOnlyList<ImageReference> caches, CancellationToken cancellationToken)
    {
        var query = ClassicQuery.Of(build, document, context.DockerfileName, names, caches);
        var progress = new ClassicProgress(build.Function.Builder.Progress, build.Log, TimeProvider.System);
        try
        {
            await EngineWatch.RunAsync(
                engine.Api,
                async token =>
                {
                    await EngineBuild.RunAsync(engine.Api, $"{engine.Api.Root}/build?{query}", credentials, context.WriteAsync, progress.Take, token);
                    return true;
                },
                cancellationToken);
        }
        catch (EngineFailedException e)
        {
            progress.End();
            throw progress.Error is null ? failure.Of(e, progress) : failure.Of(progress);
        }

        progress.End();
        return progress;
    }
}
