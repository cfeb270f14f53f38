using System.Security.Cryptography;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Sessions.Tunnels;
using OpenFaaS.Build.BuildKit.Wire.Control;
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
    private readonly AsyncDuplexStreamingCall<TunnelChunk, BytesMessage> call;
    private readonly Task run;
    private int disposed;

    /// <param name="daemon">Calls on the daemon.</param>
    /// <param name="address">The daemon's address, for messages.</param>
    /// <param name="services">What is offered.</param>
    /// <param name="connection">The connection to the session server.</param>
    /// <param name="time">The clock of <see cref="SilenceWatch"/>.</param>
    public Session(CallInvoker daemon, string address, SessionServices services, MemoryConnection connection, TimeProvider time)
    {
        this.services = services;
        this.connection = connection;
        call = daemon.AsyncDuplexStreamingCall(TunnelChunk.Method, null, new CallOptions(SessionHeaders.Of(Id, services.Content), cancellationToken: closing.Token));
        run = Task.Run(() => RunAsync(address, new SilenceWatch(time)));
    }

    /// <summary>The id that a solve names.</summary>
    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Ends with the reason (a <see cref="DiagnosticException"/>) when the daemon is gone or has been silent for too long; never completes otherwise.</summary>
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
        call.Dispose();
        closing.Dispose();
    }

    private async Task RunAsync(string address, SilenceWatch watch)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
        var incoming = Tunnel.ReceiveAsync(call.ResponseStream, connection.Client.Output, watch, stop.Token);
        var outgoing = Tunnel.SendAsync(connection.Client.Input, call.RequestStream, stop.Token);
        var silence = watch.RunAsync(stop.Token);
        var first = await Task.WhenAny(incoming, outgoing, silence);
        if (first == outgoing && !closing.IsCancellationRequested)
        {
            // A call that is over cannot be written to; why it is over is known to the reading side.
            await Task.WhenAny(incoming, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
        }

        if (!closing.IsCancellationRequested)
        {
            var diagnostic = first == silence
                ? BuildKitSessionDiagnostics.SessionSilent.With(address, SilenceWatch.Longest)
                : BuildKitSessionDiagnostics.SessionLost.With(address, Tunnel.Reason(incoming.IsCompleted ? incoming : outgoing));
            lost.TrySetException(diagnostic.ToException());

            // Somebody may wait for it, nobody has to.
            _ = lost.Task.Exception;
        }

        await stop.CancelAsync();
        await Tunnel.EndAsync(incoming, outgoing, silence);
        connection.Abort();
        await connection.Client.Output.CompleteAsync();
        await connection.Client.Input.CompleteAsync();
        await Task.WhenAny(connection.Closed, Task.Delay(LongestClose, CancellationToken.None));
    }
}
