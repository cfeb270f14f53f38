using Grpc.Core;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Context;
using static OpenFaaS.Build.BuildKit.Wire.Files.Packet.Types;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

/// <summary>What was read and is not written yet is counted, however large the files and however slow the daemon.</summary>
[TestClass]
public sealed class TransferMemoryTests(TestContext context)
{
    private const int Allowed = 8 << 20;

    [TestMethod]
    [DataRow(1, 512 << 20)]
    [DataRow(200, 2 << 20)]
    [DataRow(20_000, 3000)]
    public async Task Send_AllFilesAtOnce_HoldsLittle(int count, int size)
    {
        var held = new HeldBytes();
        FileSet files = new(Enumerable.Range(0, count).Select(number => new ContextEntry($"f{number}", EntryKind.File, 0x1A4) { Size = size, Content = new Source(size, held) }));
        var daemon = new EagerDaemonStandIn(count, held);
        long sent = 0;

        await FileSender.SendAsync(new LocalDirectory(files, new NoTimes()), FileRequest.All, daemon, daemon, bytes => Interlocked.Add(ref sent, bytes), failure => failure, context.CancellationToken);

        Assert.AreEqual((long)count * size, sent);
        Assert.AreEqual(0, held.Now);
        Assert.IsLessThanOrEqualTo(Allowed, held.Most);
    }

    private sealed class HeldBytes
    {
        private readonly Lock gate = new();

        public long Now { get; private set; }

        public long Most { get; private set; }

        public void Add(long bytes)
        {
            lock (gate)
            {
                Now += bytes;
                Most = Math.Max(Most, Now);
            }
        }
    }

    /// <summary>Takes everything, asks for every file as soon as it is described, and forgets the content.</summary>
    private sealed class EagerDaemonStandIn(int files, HeldBytes held) : IAsyncStreamReader<Packet>, IAsyncStreamWriter<Packet>
    {
        private readonly System.Threading.Channels.Channel<Packet> answers = System.Threading.Channels.Channel.CreateUnbounded<Packet>();
        private uint described;
        private int ended;

        public Packet Current { get; private set; } = new();

        public WriteOptions? WriteOptions { get; set; }

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            Current = await answers.Reader.ReadAsync(cancellationToken);
            return true;
        }

        public Task WriteAsync(Packet message) => WriteAsync(message, CancellationToken.None);

        public async Task WriteAsync(Packet message, CancellationToken cancellationToken)
        {
            // Readers get their turn before the packet is done with.
            await Task.Yield();
            held.Add(-message.Data.Length);
            if (message is { Type: PacketType.PacketStat, Stat: not null })
            {
                answers.Writer.TryWrite(new Packet { Type = PacketType.PacketReq, Id = described++ });
            }
            else if (message is { Type: PacketType.PacketData, Data.IsEmpty: true } && ++ended == files)
            {
                answers.Writer.TryWrite(new Packet { Type = PacketType.PacketFin });
            }
        }
    }

    private sealed class Source(int size, HeldBytes held) : IContentSource
    {
        public Stream Open() => new Counted(size, held);

        private sealed class Counted(int size, HeldBytes held) : MemoryStream
        {
            private int left = size;

            public override int Read(Span<byte> buffer)
            {
                var read = Math.Min(left, buffer.Length);
                left -= read;
                held.Add(read);
                return read;
            }
        }
    }

    private sealed class NoTimes : ContentTimes
    {
        public override long Of(ContextEntry entry) => 0;
    }
}
