using System.Net.Sockets;
using OpenFaaS.Build.BuildKit.Connections.Stdio;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.BuildKit.Connections.Daemonless;

/// <summary>A daemon that was started for this build, with a root and a socket of its own. It never outlives the worker.</summary>
internal sealed class PrivateDaemon : IAsyncDisposable
{
    /// <summary>How long a daemon may take until it answers.</summary>
    public static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);
    private readonly string program;
    private readonly DaemonRoot root;
    private readonly DaemonFolder folder;
    private readonly PipedProcess supervisor;
    private readonly TimeProvider time;

    private PrivateDaemon(string program, DaemonRoot root, DaemonFolder folder, PipedProcess supervisor, TimeProvider time) =>
        (this.program, this.root, this.folder, this.supervisor, this.time) = (program, root, folder, supervisor, time);

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => !supervisor.Ended.IsCompleted;

    /// <summary>Starts a daemon and waits until it answers.</summary>
    /// <exception cref="DiagnosticException">It did not start, or was not ready within 30 s (OFB5040-5043); it has been stopped.</exception>
    /// <exception cref="OperationCanceledException">The build was cancelled; it has been stopped.</exception>
    public static async Task<PrivateDaemon> StartAsync(
        DaemonProgram program, Func<string, string?> environment, TimeProvider time, CancellationToken cancellationToken)
    {
        var daemon = Launch(program, environment, time);
        try
        {
            await daemon.WaitAsync(cancellationToken);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="DiagnosticException">The daemon has ended (OFB5044).</exception>
    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            var stream = await UnixSocket.OpenAsync(folder.Socket, cancellationToken);
            return await DialledStream.OpenAsync(stream, async (_, _) => await ExplainAsync(), TimeSpan.FromSeconds(5), time, cancellationToken);
        }
        catch (SocketException e)
        {
            var failure = await ExplainAsync();
            throw failure.Diagnostics[0].ToException(e);
        }
    }

    /// <summary>Stops it: SIGTERM, SIGKILL after 10 s; then its temporary folder goes and its root is free.</summary>
    public async ValueTask DisposeAsync()
    {
        await supervisor.CompleteWritesAsync(CancellationToken.None);
        try
        {
            // The supervisor does both; the rest is for the case that it does not.
            await supervisor.Ended.WaitAsync(Supervisor.Grace + TimeSpan.FromSeconds(3));
        }
        catch (TimeoutException)
        {
            // It is ended with all that it started, now.
        }

        await supervisor.DisposeAsync();
        folder.Dispose();
        root.Dispose();
    }

    private static PrivateDaemon Launch(DaemonProgram program, Func<string, string?> environment, TimeProvider time)
    {
        var root = DaemonRoot.Take(environment);
        DaemonFolder? folder = null;
        try
        {
            folder = DaemonFolder.Create();
            var supervisor = PipedProcess.Start(Supervisor.Shell, Supervisor.Arguments(folder.Log, program.Command(root.Path, folder.Socket)));
            return new PrivateDaemon(program.File, root, folder, supervisor, time);
        }
        catch (ToolFailedException e)
        {
            folder?.Dispose();
            root.Dispose();
            throw BuildKitProcessDiagnostics.DaemonNotStarted.With(program.File, $"'{Supervisor.Shell}': {e.Message}").ToException(e);
        }
        catch
        {
            folder?.Dispose();
            root.Dispose();
            throw;
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(20); ; pause = pause < TimeSpan.FromMilliseconds(200) ? pause * 1.5 : pause)
        {
            if (await DaemonSocket.AskAsync(folder.Socket, cancellationToken) is not { } problem)
            {
                return;
            }

            if (!IsRunning)
            {
                throw BuildKitProcessDiagnostics.DaemonNotStarted.With(program, SaidText.Of(await supervisor.Ended, folder.LastWords())).ToException();
            }

            if (time.GetElapsedTime(begin) >= ReadyLimit)
            {
                var said = SaidText.Last(folder.LastWords());
                throw BuildKitProcessDiagnostics.DaemonNotReady.With(program, ReadyLimit.TotalSeconds, said.Length > 0 ? $"{problem}: {said}" : problem).ToException();
            }

            await Task.WhenAny(Task.Delay(pause, time, cancellationToken), supervisor.Ended);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<DiagnosticException> ExplainAsync()
    {
        try
        {
            var code = await supervisor.Ended.WaitAsync(TimeSpan.FromSeconds(2), time);
            return BuildKitProcessDiagnostics.DaemonEnded.With(program, SaidText.Of(code, folder.LastWords())).ToException();
        }
        catch (TimeoutException)
        {
            var said = SaidText.Last(folder.LastWords());
            return BuildKitProcessDiagnostics.DaemonEnded.With(program, said.Length > 0 ? $"it runs, and closed the connection: {said}" : "it runs, and closed the connection").ToException();
        }
    }
}
