using System.Net.Sockets;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Engines;

/// <summary>The connection to an engine after a 101: raw bytes both ways, beginning with those that came right behind the header.</summary>
/// <param name="stream">The bytes.</param>
/// <param name="socket">What they travel on, as it is without TLS; null where it is not known.</param>
/// <param name="owner">Whatever holds the connection; ended with it.</param>
internal sealed class UpgradedStream(Stream stream, Socket? socket, IDisposable owner) : DuplexStream
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => stream.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => stream.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => stream.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        try
        {
            socket?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side has ended it already.
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
            owner.Dispose();
        }

        base.Dispose(disposing);
    }
}
