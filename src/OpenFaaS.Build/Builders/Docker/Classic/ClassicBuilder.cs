using OpenFaaS.Build.Builders.Docker.Endpoints;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Docker.Classic;

/// <summary>Builds with the engine's own builder, which came before BuildKit: <c>POST /build</c>.</summary>
internal sealed class ClassicBuilder(DockerSurroundings surroundings)
{
    public async Task<BuildResult> BuildAsync(ImageBuild build, DockerEngine engine, CancellationToken cancellationToken)
    {
        var document = DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath);
        var images = References.Images(build, document);
        var bases = new ClassicBases(engine, surroundings.Pin);
        if (build.Function.Builder.Pull == PullPolicy.Never)
        {
            await bases.EnsurePresentAsync(images, build.Function.Origin, cancellationToken);
        }

        var route = new ClassicRoute(build, engine, surroundings);
        var caches = await new ClassicCaches(engine, surroundings.Registries).PullAsync(build, cancellationToken);
        var id = await RunAsync(build, document, engine, images, route.Names, caches, cancellationToken);
        return await route.FinishAsync(id, await bases.OfAsync(images, cancellationToken), cancellationToken);
    }

    private async Task<Digest> RunAsync(
        ImageBuild build, DockerfileDocument document, DockerEngine engine, IReadOnlyList<ImageReference> images, IReadOnlyList<ImageReference> names,
        IReadOnlyList<ImageReference> caches, CancellationToken cancellationToken)
    {
        var context = ClassicContext.Of(build);
        var query = ClassicQuery.Of(build, document, context.DockerfileName, names, caches);
        var credentials = await RegistryConfig.OfAsync(images, surroundings.Registries, build.Log, cancellationToken);
        var progress = new ClassicProgress(build.Function.Builder.Progress, build.Log, TimeProvider.System);
        var failure = new ClassicFailure(build, document, engine.Address.Text);
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
        return progress.Error is not null ? throw failure.Of(progress)
            : progress.Image ?? throw DockerBuildDiagnostics.NoImage.With(engine.Address.Text).ToException();
    }
}
