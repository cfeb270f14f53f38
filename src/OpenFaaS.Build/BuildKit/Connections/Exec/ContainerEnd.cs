using System.Net;
using OpenFaaS.Build.BuildKit.Connections.Stdio;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.BuildKit.Connections.Exec;

/// <summary>Finds out why the connection into a container ended.</summary>
internal sealed class ContainerEnd(string container, EngineAddress engine, EngineExec exec, string id, ExecStream streams, TimeProvider time)
{
    // What shells and OCI runtimes end with where a program cannot be run, or is not there.
    private const int CannotRun = 126;
    private const int NotFound = 127;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private const int Tries = 20;

    /// <summary>Whether an engine's error says that a command is not in the container.</summary>
    public static bool IsMissingProgram(string text) =>
        text.Contains("executable file not found", StringComparison.OrdinalIgnoreCase) || text.Contains("no such file or directory", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc cref="EndExplanation"/>
    public async Task<DiagnosticException> ExplainAsync(bool greeted, string said)
    {
        var text = $"{said}\n{streams.Error}";
        try
        {
            var (code, state) = await AskAsync();
            if (state is not "running")
            {
                var gone = state.Length > 0 ? $"the container is in the state '{state}'" : "the container is gone";
                return (greeted
                    ? BuildKitProcessDiagnostics.ContainerEnded.With(container, engine.Text, gone)
                    : BuildKitProcessDiagnostics.ContainerNotRunning.With(container, engine.Text, gone)).ToException();
            }

            return Explain(greeted, code, text).ToException();
        }
        catch (EngineFailedException e)
        {
            return (greeted ? BuildKitProcessDiagnostics.ContainerEnded : BuildKitProcessDiagnostics.ContainerDaemonUnreachable)
                .With(container, engine.Text, $"the engine does not answer any more ({e.Message})").ToException();
        }
    }

    private Diagnostic Explain(bool greeted, int? code, string text)
    {
        var why = SaidText.Of(code, text);
        return greeted ? BuildKitProcessDiagnostics.ContainerEnded.With(container, engine.Text, why)
            : code is CannotRun or NotFound || IsMissingProgram(text) ? BuildKitProcessDiagnostics.ContainerWithoutBuildctl.With(container, engine.Text, why)
            : BuildKitProcessDiagnostics.ContainerDaemonUnreachable.With(container, engine.Text, why);
    }

    // An engine ends the streams a moment before it writes down that command and container have ended.
    private async Task<(int? Code, string State)> AskAsync()
    {
        int? code = null;
        try
        {
            for (var i = 0; code is null && i < Tries; i++)
            {
                await Task.Delay(i == 0 ? TimeSpan.Zero : Pause, time);
                code = await ContainerEngine.DeadlineAsync(token => exec.ExitCodeAsync(id, token), time, CancellationToken.None);
            }

            var state = await StateAsync();
            for (var i = 0; state == "running" && code is null or > 128 && i < Tries / 2; i++)
            {
                await Task.Delay(Pause, time);
                state = await StateAsync();
            }

            return (code, state);
        }
        catch (EngineFailedException e) when (e.Status == HttpStatusCode.NotFound)
        {
            // Commands go with their container.
            return (code, "");
        }
    }

    private Task<string> StateAsync() => ContainerEngine.DeadlineAsync(token => exec.StateAsync(container, token), time, CancellationToken.None);
}
