using System.IO.Pipelines;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Control;

namespace OpenFaaS.Build.BuildKit.Sessions.Tunnels;

/// <summary>Carries a session through the call Control.Session, which every daemon has.</summary>
internal sealed class CallTunnel : ITunnel
{
    private readonly CancellationTokenSource ending = new();
    private readonly AsyncDuplexStreamingCall<TunnelChunk, BytesMessage> call;

    /// <param name="daemon">Calls on the daemon.</param>
    /// <param name="headers">How the session introduces itself.</param>
    public CallTunnel(CallInvoker daemon, Metadata headers) =>
        call = daemon.AsyncDuplexStreamingCall(TunnelChunk.Method, null, new CallOptions(headers, cancellationToken: ending.Token));

    /// <inheritdoc/>
    public Task Opened => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task ReceiveAsync(PipeWriter server, SilenceWatch watch, CancellationToken cancellationToken)
    {
        while (true)
        {
            watch.Listen();
            if (!await call.ResponseStream.MoveNext(cancellationToken))
            {
                return;
            }

            watch.Heard();
            if ((await server.WriteAsync(call.ResponseStream.Current.Data.Memory, cancellationToken)).IsCompleted)
            {
                throw new EndOfStreamException("the daemon does not keep to the protocol");
            }
        }
    }

    /// <inheritdoc/>
    public async Task SendAsync(PipeReader server, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await server.ReadAsync(cancellationToken);
            var bytes = read.Buffer.Length > TunnelChunk.Longest ? read.Buffer.Slice(0, TunnelChunk.Longest) : read.Buffer;
            if (!bytes.IsEmpty)
            {
                await call.RequestStream.WriteAsync(new TunnelChunk(bytes), cancellationToken);
            }

            var last = bytes.Length == read.Buffer.Length;
            server.AdvanceTo(bytes.End);
            if (last && (read.IsCompleted || read.IsCanceled))
            {
                throw new EndOfStreamException("the daemon does not keep to the protocol");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        call.Dispose();
        ending.Dispose();
    }
}
