using OpenFaaS.Build.Builders.Tools;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>Has images made by the command <c>buildah</c>, without daemon and, where the machine allows it, without root.</summary>
internal sealed class BuildahBuilder(BuilderSurroundings surroundings) : IImageBuilder
{
    public BuilderCapabilities Capabilities { get; } = CapabilityTable.Of("buildah");

    public ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken) =>
        BuildCommand.ProbeAsync(CommandKind.Buildah, build, surroundings.Environment, cancellationToken);

    public async Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var (tool, version) = await BuildCommand.FindAsync(CommandKind.Buildah, build.Function.Builder.Engine, surroundings.Environment, cancellationToken);
        return await new CommandBuild(CommandKind.Buildah, tool, version, build, surroundings).RunAsync(cancellationToken);
    }
}
