using System.Globalization;
using OpenFaaS.Build.Builders.Docker.Classic;
using OpenFaaS.Build.Builders.Docker.Endpoints;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.Docker;

/// <summary>Has images made by a Docker Engine: by the BuildKit in it, or with <c>DockerBuildKit=false</c> by its classic builder.</summary>
/// <param name="surroundings">What the builds share.</param>
/// <param name="buildKit">Builds with a BuildKit daemon at the endpoint that it is given; ended with this one.</param>
internal sealed class DockerBuilder(BuilderSurroundings surroundings, IImageBuilder buildKit) : IImageBuilder, IAsyncDisposable
{
    private readonly DockerEngines engines = new(surroundings.Environment);
    private readonly ClassicBuilder classic = new(surroundings);

    public BuilderCapabilities Capabilities => CapabilitiesWith(isClassic: false);

    public BuilderCapabilities CapabilitiesOf(ImageBuild build) => CapabilitiesWith(build.Function.Builder.Engine.UseBuildKit == false);

    public async ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        try
        {
            var engine = await FindAsync(build, cancellationToken);
            if (build.Function.Builder.Name == "auto" && !engine.Endpoint.IsNamed && engine.Endpoint.IsRemote)
            {
                return new BuilderProbe(false, $"{engine.Endpoint.Origin} is another machine's, which only ContainerBuilder=docker or DOCKER_HOST chooses");
            }

            if (build.Function.Builder.Name == "auto" && UsesBuildKit(build, engine) && await buildKit.ProbeAsync(Placed(build, engine), cancellationToken) is { Usable: false } unusable)
            {
                return unusable;
            }

            var how = UsesBuildKit(build, engine) ? "with BuildKit" : "classic builder";
            var at = engine.Endpoint.Origin.Length > 0 ? $"{engine.Address.Text} of {engine.Endpoint.Origin}" : engine.Address.Text;
            return new BuilderProbe(true, string.Create(CultureInfo.InvariantCulture, $"Engine API {engine.Greeting.ApiVersion} at {at}, {how}"));
        }
        catch (DiagnosticException e)
        {
            return new BuilderProbe(false, e.Diagnostics[0].Message.TrimEnd('.'), e.Diagnostics[0]);
        }
    }

    public async Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var engine = await FindAsync(build, cancellationToken);
        if (!UsesBuildKit(build, engine))
        {
            return await classic.BuildAsync(build, engine, cancellationToken);
        }

        return await buildKit.BuildAsync(Placed(build, engine), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (buildKit is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }

    private static BuilderCapabilities CapabilitiesWith(bool isClassic) => CapabilityTable.Of(isClassic ? CapabilityTable.Classic : "docker");

    private static bool UsesBuildKit(ImageBuild build, DockerEngine engine) => build.Function.Builder.Engine.UseBuildKit ?? engine.HasBuildKit;

    private static ImageBuild Placed(ImageBuild build, DockerEngine engine)
    {
        var builder = build.Function.Builder;
        return build with { Function = build.Function with { Builder = builder with { Engine = engine.Endpoint.Place(builder.Engine) } } };
    }

    private async Task<DockerEngine> FindAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var engine = await engines.FindAsync(build.Function.Builder.Engine, cancellationToken);
        if (!UsesBuildKit(build, engine) && build.Function.Builder.Engine.UseBuildKit is null)
        {
            // What the builder with BuildKit could do was checked before it was known that this engine has none.
            var missing = CapabilitiesWith(isClassic: true).Missing(BuildInputs.Of(build)).ToList();
            if (missing.Count > 0)
            {
                throw new DiagnosticException([.. missing.Select(input => DockerBuildDiagnostics.ClassicCannotHonour.With(engine.Address.Text, input.Name).At(input.Location))]);
            }
        }

        return engine;
    }
}
