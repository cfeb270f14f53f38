namespace OpenFaaS.Build.Builders.Podman;

/// <summary>Has images made by Podman's command.</summary>
internal sealed class PodmanBuilder(PodmanSurroundings surroundings) : IImageBuilder
{
    public BuilderCapabilities Capabilities { get; } = CapabilityTable.Of("podman");

    public ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken) =>
        BuildCommand.ProbeAsync(CommandKind.Podman, build, surroundings.Environment, cancellationToken);

    public async Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var (tool, version) = await BuildCommand.FindAsync(CommandKind.Podman, build.Function.Builder.Engine, surroundings.Environment, cancellationToken);
        return await new CommandBuild(CommandKind.Podman, tool, version, build, surroundings).RunAsync(cancellationToken);
    }
}
