using OpenFaaS.Build.BuildKit.Sessions.Tunnels;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>An open session. Closing it removes it at the daemon.</summary>
internal sealed class Session : IAsyncDisposable
{
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource closing = new();
    private readonly TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MemoryConnection connection;
    private readonly SessionServices services;
    private readonly ITunnel tunnel;
    private readonly Task run;
    private int disposed;

    /// <param name="id">The id that it has told the daemon.</param>
    /// <param name="tunnel">The way to the daemon; the session's own from now on.</param>
    /// <param name="address">The daemon's address, for messages.</param>
    /// <param name="services">What is offered.</param>
    /// <param name="connection">The connection to the session server.</param>
    /// <param name="time">The clock of <see cref="SilenceWatch"/>.</param>
    public Session(string id, ITunnel tunnel, string address, SessionServices services, MemoryConnection connection, TimeProvider time)
    {
        this.tunnel = tunnel;
        this.services = services;
        this.connection = connection;
        Id = id;
        run = Task.Run(() => RunAsync(address, new SilenceWatch(time)));
    }

    /// <summary>The id that a solve names.</summary>
    public string Id { get; }

    /// <summary>Ends when the daemon has been reached, and fails where it gives no way for a session.</summary>
    public Task Opened => tunnel.Opened;

    /// <summary>Ends with the reason (a <see cref="DiagnosticException"/>) when the daemon is gone, gives no session or has been silent for too long; never completes otherwise.</summary>
    public Task Lost => lost.Task;

    /// <summary>Bytes of file content sent to the daemon so far.</summary>
    public long BytesSent => services.BytesSent;

    /// <summary>Closes the session; calls that are still being answered are cancelled. Never throws.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }

        await closing.CancelAsync();
        await run;
        closing.Dispose();
    }

    private async Task RunAsync(string address, SilenceWatch watch)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
        var incoming = tunnel.ReceiveAsync(connection.Client.Output, watch, stop.Token);
        var outgoing = tunnel.SendAsync(connection.Client.Input, stop.Token);
        var silence = watch.RunAsync(stop.Token);
        var first = await Task.WhenAny(incoming, outgoing, silence);
        if (first == outgoing && !closing.IsCancellationRequested)
        {
            // A tunnel that is over cannot be written to; why it is over is known to the reading side.
            await Task.WhenAny(incoming, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
        }

        if (!closing.IsCancellationRequested)
        {
            lost.TrySetException(first == silence
                ? BuildKitSessionDiagnostics.SessionSilent.With(address, SilenceWatch.Longest).ToException()
                : TunnelEnd.Failure(incoming.IsCompleted ? incoming : outgoing, address));

            // Somebody may wait for it, nobody has to.
            _ = lost.Task.Exception;
        }

        await stop.CancelAsync();
        await TunnelEnd.WaitAsync(incoming, outgoing, silence);
        await tunnel.DisposeAsync();
        connection.Abort();
        await connection.Client.Output.CompleteAsync();
        await connection.Client.Input.CompleteAsync();
        await Task.WhenAny(connection.Closed, Task.Delay(LongestClose, CancellationToken.None));
    }
}
