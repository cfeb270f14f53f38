using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>
/// Runs the executor as a program of the container that this process is in, as a job of a CI system is. It replaces that container's root file system; outside
/// a container it refuses to, and is never forced.
/// </summary>
/// <param name="environment">Environment variables by name.</param>
/// <param name="mounts">The folders that the executor leaves alone.</param>
internal sealed class ExecutorRunner(Func<string, string?> environment, KeptFolders mounts) : IKanikoRunner
{
    private const string UsualPlace = "/kaniko/executor";
    private const string Refusal = "kaniko should only be run inside of a container";

    private int runs;

    public string Name => "executor";

    public bool ReachesFolders => true;

    public ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        try
        {
            // Nothing is asked of it: what it takes for a question it may take for a build.
            return ValueTask.FromResult(new BuilderProbe(true, $"the executor {Find(build).Program}"));
        }
        catch (DiagnosticException e)
        {
            return ValueTask.FromResult(new BuilderProbe(false, e.Diagnostics[0].Message.TrimEnd('.'), e.Diagnostics[0].At(build.Function.Origin)));
        }
    }

    public async Task<KanikoOutcome> RunAsync(KanikoRun run, CancellationToken cancellationToken)
    {
        var tool = Find(run.Build);
        if (!mounts.Keep(run.Build.TemporaryFolder))
        {
            throw KanikoDiagnostics.ContextNotKept.With(run.Build.TemporaryFolder).At(run.Build.Function.Origin).ToException();
        }

        if (!mounts.Keep(AppContext.BaseDirectory))
        {
            run.Build.Log.Report(KanikoDiagnostics.SdkNotKept.With(AppContext.BaseDirectory).At(run.Build.Function.Origin));
        }

        // The functions of one publish share the runner, as they do the container.
        if (Interlocked.Increment(ref runs) > 1)
        {
            throw KanikoDiagnostics.ContainerUsed.With().At(run.Build.Function.Origin).ToException();
        }

        var folder = await RunFolder.WriteAsync(run, cancellationToken);
        var places = new ExecutorPlaces("dir://" + folder.Context, folder.Dockerfile, Path.Combine(folder.OutputFolder, RunFolder.Digest), folder.CertificateFolder, run.LayoutFolder);
        var variables = run.Variables.ToDictionary(pair => pair.Key, pair => (string?)pair.Value, StringComparer.Ordinal);
        variables["DOCKER_CONFIG"] = folder.ConfigFolder;
        var exit = await (tool with { Environment = variables }).RunAsync(places.Arguments(run), (stream, _, token) => run.Output.ReadAsync(stream, token), cancellationToken);
        return exit != 0 && run.Output.Errors.Any(line => line.StartsWith(Refusal, StringComparison.Ordinal))
            ? throw KanikoDiagnostics.NotInContainer.With(tool.Program).At(run.Build.Function.Origin).ToException()
            : new KanikoOutcome(exit, await folder.DigestAsync(cancellationToken));
    }

    private BuildTool Find(ImageBuild build)
    {
        var given = build.Function.Builder.Engine.Kaniko.Executor;
        return BuildTool.Find("executor", "KanikoExecutor", given ?? (ToolPath.Find("executor", environment) is null && File.Exists(UsualPlace) ? UsualPlace : null), environment);
    }
}
