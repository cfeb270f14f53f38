using System.Buffers;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;
using static OpenFaaS.Build.BuildKit.Wire.Files.Packet.Types;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>The parts of one transfer to the daemon, which run at the same time. An entry's number is its place in the list.</summary>
internal sealed class FileTransfer(IReadOnlyList<ContextEntry> entries, LocalDirectory directory, PacketWriter writer, Action<long> sent)
{
    private const int ChunkSize = 256 * 1024;
    private const int PacketOverhead = 64;
    private readonly Channel<int> requests = Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleWriter = true });
    private readonly bool[] requested = new bool[entries.Count];
    private int described;

    /// <summary>Tells what there is.</summary>
    public async Task DescribeAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            var packet = StatPackets.Of(entry, directory);

            // Before the packet is out, since the daemon may ask at once.
            Interlocked.Increment(ref described);
            await writer.WriteAsync(packet, packet.CalculateSize(), moreFollows: true, cancellationToken);
        }

        await writer.WriteAsync(new Packet { Type = PacketType.PacketStat }, 0, moreFollows: false, cancellationToken);
    }

    /// <summary>Takes up what the daemon asks for, until it has all.</summary>
    /// <exception cref="DiagnosticException">It breaks the protocol, or gives up.</exception>
    public async Task TakeRequestsAsync(IAsyncStreamReader<Packet> incoming, CancellationToken cancellationToken)
    {
        while (await incoming.NextAsync(cancellationToken))
        {
            var packet = incoming.Current;
            switch (packet.Type)
            {
                case PacketType.PacketReq:
                    requests.Writer.TryWrite(Requested(packet.Id));
                    break;
                case PacketType.PacketFin:
                    requests.Writer.Complete();
                    return;
                case PacketType.PacketErr:
                    throw BuildKitTransferDiagnostics.FilesRefused.With(SafeText.Neutralize(packet.Data.ToStringUtf8()).TrimEnd('.')).ToException();
                default:
                    throw Broken($"a packet of type {(int)packet.Type} is not for a sender");
            }
        }

        throw Broken("it ended before all files were there");
    }

    /// <summary>Sends contents one by one, in the order asked for.</summary>
    /// <exception cref="DiagnosticException">A file cannot be read, or has changed.</exception>
    public async Task SendContentsAsync(CancellationToken cancellationToken)
    {
        await foreach (var number in requests.Reader.ReadAllAsync(cancellationToken))
        {
            if (entries[number] is { Kind: EntryKind.File, Content: { } content } entry)
            {
                await SendContentAsync((uint)number, entry, content, cancellationToken);
            }

            // Whoever takes up a request that still waits writes at least one packet more. Asked only in the writer's turn: one that was taken up
            // before may be written already, and nothing would follow.
            var end = new Packet { Type = PacketType.PacketData, Id = (uint)number };
            await writer.WriteAsync(end, PacketOverhead, () => requests.Reader.Count > 0, cancellationToken);
        }
    }

    private static DiagnosticException Broken(string how) => BuildKitTransferDiagnostics.ProtocolBroken.With(how).ToException();

    private int Requested(uint id)
    {
        if (id >= (uint)Volatile.Read(ref described) || !StatPackets.HasContent(entries[(int)id]))
        {
            throw Broken($"it asks for the content of entry {id}, which is no file");
        }

        if (requested[id])
        {
            throw Broken($"it asks twice for the content of entry {id}");
        }

        requested[id] = true;
        return (int)id;
    }

    // Reads are synchronous: asynchronous reads of files on disk only change threads at every buffer.
    private async Task SendContentAsync(uint id, ContextEntry entry, IContentSource content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(entry.Size + 1, 1, ChunkSize));
        try
        {
            using var stream = content.Open();
            long total = 0;
            for (int read; (read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0;)
            {
                total += read;
                if (total > entry.Size)
                {
                    break;
                }

                var data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read));
                await writer.WriteAsync(new Packet { Type = PacketType.PacketData, Id = id, Data = data }, read + PacketOverhead, moreFollows: true, cancellationToken);
                sent(read);
                if (read < buffer.Length)
                {
                    break;
                }
            }

            if (total != entry.Size)
            {
                throw LayerDiagnostics.FileChanged.With(entry.Path, total > entry.Size ? "it grew" : "it shrank").ToException();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
