using OpenFaaS.Build.Builders.Podman.Service;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>
/// Has images made by Podman: by its service where one answers, else by its command. A service that the user names is used and nothing else; a build that
/// asks for what only the command can do goes to the command.
/// </summary>
internal sealed class PodmanBuilder(BuilderSurroundings surroundings) : IImageBuilder
{
    /// <summary>What the service has no parameter for, or takes in another form from version to version.</summary>
    private static readonly string[] CommandInputs =
    [
        "PodmanCommand", "BuildahIsolation", "BuildahRuntime", "BuildahStorageDriver",
        "ContainerBuildSsh", "ContainerBuildContext", "ContainerCacheFrom", "ContainerCacheTo",
    ];

    public BuilderCapabilities Capabilities { get; } = CapabilityTable.Of("podman");

    public BuilderCapabilities CapabilitiesOf(ImageBuild build) => PodmanService.IsNamed(build.Function.Builder.Engine, surroundings.Environment)
        ? Capabilities with { Honours = Capabilities.Honours.Where(pair => !CommandInputs.Contains(pair.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal) }
        : Capabilities;

    public async ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        try
        {
            return await FindServiceAsync(build, cancellationToken) is { } service
                ? new BuilderProbe(true, $"the service {service.Version} at {service.Place}") { Version = service.Version }
                : await BuildCommand.ProbeAsync(CommandKind.Podman, build, surroundings.Environment, cancellationToken);
        }
        catch (DiagnosticException e)
        {
            return new BuilderProbe(false, e.Diagnostics[0].Message.TrimEnd('.'), e.Diagnostics[0]);
        }
    }

    public async Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        if (await FindServiceAsync(build, cancellationToken) is { } service)
        {
            return await new ServiceBuild(service, build, surroundings).RunAsync(cancellationToken);
        }

        var (tool, version) = await BuildCommand.FindAsync(CommandKind.Podman, build.Function.Builder.Engine, surroundings.Environment, cancellationToken);
        return await new CommandBuild(CommandKind.Podman, tool, version, build, surroundings).RunAsync(cancellationToken);
    }

    private async Task<PodmanService?> FindServiceAsync(ImageBuild build, CancellationToken cancellationToken) =>
        !PodmanService.IsNamed(build.Function.Builder.Engine, surroundings.Environment) && build.Function.Builder.SpecialInputs.Any(input => CommandInputs.Contains(input, StringComparer.Ordinal))
            ? null
            : await PodmanService.FindAsync(build.Function.Builder.Engine, surroundings.Environment, cancellationToken);
}
