using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>One of the commands as it is on this machine.</summary>
internal static class BuildCommand
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    /// <summary>Finds the command and asks for its version.</summary>
    /// <exception cref="DiagnosticException">It is not there or does not work.</exception>
    public static async Task<(BuildTool Tool, Version Version)> FindAsync(CommandKind kind, EngineModel engine, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var tool = BuildTool.Find(kind.Name, kind.Property, kind.Given(engine), environment) with { CommonArguments = kind.CommonArguments(engine) };
        var answer = await tool.AskAsync(["--version"], Short, cancellationToken);
        return CommandKind.VersionOf(answer) is { } version
            ? (tool, version)
            : throw ToolBuildDiagnostics.ToolUnusable.With(tool.Program, answer.ExitCode == 0 ? $"it does not tell its version as {kind.Name} does" : $"{SafeText.Neutralize(answer.Error).TrimEnd('.')} (exit code {answer.ExitCode})").ToException();
    }

    /// <summary>The answer of a probe.</summary>
    public static async ValueTask<BuilderProbe> ProbeAsync(CommandKind kind, ImageBuild build, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        try
        {
            var (tool, version) = await FindAsync(kind, build.Function.Builder.Engine, environment, cancellationToken);
            return new BuilderProbe(true, $"{tool.Program} {version}") { Version = version };
        }
        catch (DiagnosticException e)
        {
            return new BuilderProbe(false, e.Diagnostics[0].Message.TrimEnd('.'), e.Diagnostics[0]);
        }
    }
}
