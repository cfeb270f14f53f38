using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>Runs the executor as a container of this machine's Docker or Podman: once, without rights beyond those that every container has.</summary>
/// <param name="command">The command.</param>
/// <param name="environment">Environment variables by name.</param>
internal sealed class ContainerRunner(ContainerCommand command, Func<string, string?> environment) : IKanikoRunner
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    public string Name => command.Name;

    public bool ReachesFolders => true;

    public async ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        try
        {
            var image = ExecutorImage.Of(build, Name);
            var tool = await FindAsync(build, cancellationToken);
            var answer = await tool.AskAsync(command.VersionQuestion, Short, cancellationToken);
            var version = answer.Output.Trim();
            return answer.ExitCode == 0 && version.Length is > 0 and < 100
                ? new BuilderProbe(true, $"{image} by {command.Name} {version}")
                : Unusable(ToolBuildDiagnostics.ToolUnusable.With(tool.Program, ToolText.Last(answer)));
        }
        catch (DiagnosticException e)
        {
            return Unusable(e.Diagnostics[0]);
        }
    }

    public async Task<KanikoOutcome> RunAsync(KanikoRun run, CancellationToken cancellationToken)
    {
        var tool = await FindAsync(run.Build, cancellationToken);
        var folder = await RunFolder.WriteAsync(run, cancellationToken);
        var container = new ExecutorContainer(command, tool, run.Build.Log);
        var exit = await container.RunAsync(ContainerArguments.Of(run, folder, ExecutorImage.Of(run.Build, Name)), run, cancellationToken);
        return new KanikoOutcome(exit, await folder.DigestAsync(cancellationToken));
    }

    private static BuilderProbe Unusable(Diagnostic diagnostic) => new(false, diagnostic.Message.TrimEnd('.'), diagnostic);

    /// <summary>The command with its engine, which is this machine's.</summary>
    private async Task<BuildTool> FindAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var engine = build.Function.Builder.Engine;
        var given = engine.Endpoints.Count <= 1 ? engine.Endpoints.FirstOrDefault()
            : throw KanikoDiagnostics.SeveralEndpoints.With(engine.Endpoints.Count, command.Name).At(build.Function.Origin).ToException();
        var tool = BuildTool.Find(command.Name, command.Property, command.Given(engine), environment) with
        {
            CommonArguments = given is null ? [] : command.At(given),
            Environment = command.Variables.Where(name => environment(name) is not null).ToDictionary(name => name, environment, StringComparer.Ordinal),
        };
        var place = given ?? await PlaceAsync(tool, cancellationToken);
        return IsHere(place) ? tool : throw KanikoDiagnostics.RemoteEngine.With(command.Name, place).At(build.Function.Origin).ToException();
    }

    private async Task<string> PlaceAsync(BuildTool tool, CancellationToken cancellationToken)
    {
        if (command.PlaceQuestion is null)
        {
            return environment(command.Variables[0]) ?? "";
        }

        var answer = await tool.AskAsync(command.PlaceQuestion, Short, cancellationToken);
        return answer.ExitCode == 0 ? answer.Output.Trim() : throw ToolBuildDiagnostics.ToolUnusable.With(tool.Program, ToolText.Last(answer)).ToException();
    }

    private static bool IsHere(string place) =>
        place.Length == 0 || place.StartsWith("unix://", StringComparison.OrdinalIgnoreCase) || place.StartsWith("npipe://", StringComparison.OrdinalIgnoreCase);
}
