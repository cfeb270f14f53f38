using OpenFaaS.Build.Builders.Docker.Endpoints;
using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Docker.Classic;

/// <summary>Builds with the engine's own builder, which came before BuildKit: <c>POST /build</c>.</summary>
internal sealed class ClassicBuilder(BuilderSurroundings surroundings)
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
        var editor = new DockerfileEditor(build.Dockerfile, document);
        DockerfileFlags.RemoveLink(editor);
        PinnedBases.Write(editor, build, surroundings.Pin);
        var context = ClassicContext.Of(build, editor.Finish().Text);
        var credentials = await RegistryConfig.OfAsync(images, surroundings.Registries, build.Log, cancellationToken);
        var run = new ClassicRun(build, document, engine, context, credentials);
        var id = await run.BuildAsync(route.Names, caches, cancellationToken);
        return await route.FinishAsync(id, await bases.OfAsync(images, cancellationToken), cancellationToken);
    }
}
