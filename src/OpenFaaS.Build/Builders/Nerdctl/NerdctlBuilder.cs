using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Builders.Nerdctl;

/// <summary><c>nerdctl</c>: a client of containerd that has images made by <c>buildctl</c> and a BuildKit daemon.</summary>
internal sealed class NerdctlBuilder(BuilderSurroundings surroundings) : IImageBuilder
{
    private const string Tool = "nerdctl";

    // Older versions load what they have written to a file, and fail for want of it.
    private static readonly Version First = new(2, 0);
    private static readonly TimeSpan Question = TimeSpan.FromSeconds(5);

    public BuilderCapabilities Capabilities { get; } = CapabilityTable.Of(Tool);

    public async ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var daemons = build.Function.Builder.Engine.Endpoints;
        if (daemons.Count > 1)
        {
            return Unusable(InputDiagnostics.InvalidProperty
                .With("ContainerBuilderEndpoint", string.Join(';', daemons.Select(SafeText.Neutralize)), "one address: nerdctl has one BuildKit daemon").At(build.Function.Origin));
        }

        try
        {
            var tool = Find(build);
            var result = await tool.AskAsync(["--version"], Question, cancellationToken);
            if (result.ExitCode != 0 || NerdctlVersion.Read(result.Output) is not { } version)
            {
                return Unusable(ToolBuildDiagnostics.ToolUnusable.With(tool.Program, result.ExitCode == 0 ? "it does not tell its version" : ToolText.Last(result)));
            }

            return version < First
                ? Unusable(LegacyToolDiagnostics.ToolTooOld.With(Tool, version, First))
                : new BuilderProbe(true, $"the command {tool.Program}, version {version}") { Version = version };
        }
        catch (DiagnosticException e)
        {
            return Unusable(e.Diagnostics[0]);
        }
    }

    public async Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        await using var prepared = await ArchiveBuild.PrepareAsync(build, Tool, surroundings, cancellationToken);
        string[] arguments = ["build", "--progress", "plain", .. NerdctlArguments.Of(build.Function, References.Pins(prepared.Images, surroundings.Pin)), .. prepared.Arguments];
        var result = await prepared.RunAsync(Find(build), arguments, cancellationToken);
        return result with { Bases = Pinned(prepared) };
    }

    private static BuilderProbe Unusable(Diagnostic diagnostic) => new(false, diagnostic.Message.TrimEnd('.'), diagnostic);

    private SortedDictionary<string, Oci.Digest> Pinned(ArchiveBuild prepared)
    {
        var bases = new SortedDictionary<string, Oci.Digest>(prepared.Bases.ToDictionary(), StringComparer.Ordinal);
        foreach (var image in prepared.Images.Where(image => image.Digest is null))
        {
            if (surroundings.Pin(image) is { } pin)
            {
                bases[image.ToString()] = pin;
            }
        }

        return bases;
    }

    private BuildTool Find(ImageBuild build)
    {
        var engine = build.Function.Builder.Engine;
        return BuildTool.Find(Tool, "NerdctlCommand", engine.NerdctlCommand, surroundings.Environment) with { CommonArguments = [.. NerdctlArguments.Common(engine.Containerd)] };
    }
}
