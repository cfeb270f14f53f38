using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Files;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>Lets several writers share a stream of packets. Small packets gather until there is enough to send, or nothing more to wait for. Safe for concurrent use.</summary>
internal sealed class PacketWriter(IAsyncStreamWriter<Packet> outgoing) : IDisposable
{
    private const int Enough = 64 * 1024;
    private static readonly WriteOptions Hold = new(WriteFlags.BufferHint);
    private readonly SemaphoreSlim turn = new(1);
    private int held;

    /// <summary>Writes a packet; its bytes are free again when this returns.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="size">About its bytes.</param>
    /// <param name="moreFollows">Whether another packet is certain to be written, with which this one can go.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask WriteAsync(Packet packet, int size, bool moreFollows, CancellationToken cancellationToken) =>
        WriteAsync(packet, size, () => moreFollows, cancellationToken);

    /// <summary>The same where only the moment of writing tells.</summary>
    public async ValueTask WriteAsync(Packet packet, int size, Func<bool> moreFollows, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            held += size;
            var hold = held < Enough && moreFollows();
            outgoing.WriteOptions = hold ? Hold : null;
            held = hold ? held : 0;
            await outgoing.WriteAsync(packet, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();
}
