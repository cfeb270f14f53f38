using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace OpenFaaS.Build.BuildKit.Sessions.Tunnels;

/// <summary>Hands connections within the process to Kestrel; nothing listens on a socket.</summary>
internal sealed class MemoryListener : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<ConnectionContext> connections = Channel.CreateUnbounded<ConnectionContext>();

    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = new Place();

    /// <summary>Connects.</summary>
    /// <exception cref="ObjectDisposedException">The server has been stopped.</exception>
    public void Connect(MemoryConnection connection) => ObjectDisposedException.ThrowIf(!connections.Writer.TryWrite(connection), this);

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>(this);

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await connections.Reader.WaitToReadAsync(cancellationToken) && connections.Reader.TryRead(out var connection) ? connection : null;

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        connections.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => UnbindAsync();

    private sealed class Place : EndPoint
    {
        public override string ToString() => "memory";
    }
}
