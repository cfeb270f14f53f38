using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace OpenFaaS.Build.BuildKit.Sessions.Tunnels;

/// <summary>A connection to the session server within the process. Each side slows the other down once a megabyte is on its way.</summary>
internal sealed class MemoryConnection : DefaultConnectionContext
{
    // Never disposed: the class below cancels its own on another thread, which may come after its end and would take the process with it.
    private readonly CancellationTokenSource aborted = new();
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="services">What this connection is answered with.</param>
    public MemoryConnection(SessionServices services)
        : base(Guid.NewGuid().ToString("n"))
    {
        var options = new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, minimumSegmentSize: 32 * 1024, useSynchronizationContext: false);
        var (toServer, fromServer) = (new Pipe(options), new Pipe(options));
        Transport = new Duplex(toServer.Reader, fromServer.Writer);
        Application = Client = new Duplex(fromServer.Reader, toServer.Writer);
        ConnectionClosed = aborted.Token;
        Features.Set(services);
    }

    /// <summary>The side of the daemon.</summary>
    public IDuplexPipe Client { get; }

    /// <summary>Ends when the server has let go of the connection.</summary>
    public Task Closed => closed.Task;

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        Client.Output.CancelPendingFlush();
        Client.Input.CancelPendingRead();
        _ = aborted.CancelAsync();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync();
        await Transport.Output.CompleteAsync();
        await base.DisposeAsync();
        closed.TrySetResult();
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
