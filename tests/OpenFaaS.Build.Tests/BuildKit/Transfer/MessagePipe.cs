using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Files;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

/// <summary>One direction of a call, in memory: messages are bytes on the way, as on a wire.</summary>
internal sealed class MessagePipe
{
    private readonly Channel<byte[]> messages = Channel.CreateBounded<byte[]>(16);

    public IAsyncStreamReader<Packet> Packets => new Reader<Packet>(messages, bytes => Packet.Parser.ParseFrom(bytes));

    public IAsyncStreamWriter<Packet> PacketWriter => new Writer<Packet>(messages, packet => packet.ToByteArray());

    public IAsyncStreamReader<ReadOnlyMemory<byte>> Raw => new Reader<ReadOnlyMemory<byte>>(messages, bytes => bytes);

    public IAsyncStreamWriter<ReadOnlyMemory<byte>> RawWriter => new Writer<ReadOnlyMemory<byte>>(messages, memory => memory.ToArray());

    /// <summary>Ends the direction, or cuts it with an error.</summary>
    public void Complete(Exception? error = null) => messages.Writer.TryComplete(error);

    private sealed class Reader<T>(Channel<byte[]> messages, Func<byte[], T> read) : IAsyncStreamReader<T>
    {
        public T Current { get; private set; } = default!;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            while (await messages.Reader.WaitToReadAsync(cancellationToken))
            {
                if (messages.Reader.TryRead(out var bytes))
                {
                    Current = read(bytes);
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class Writer<T>(Channel<byte[]> messages, Func<T, byte[]> write) : IAsyncStreamWriter<T>
    {
        private int writing;

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public async Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            Assert.AreEqual(0, Interlocked.Exchange(ref writing, 1), "two messages are written at the same time");
            try
            {
                await messages.Writer.WriteAsync(write(message), cancellationToken);
            }
            finally
            {
                // A write that was cancelled is over, too.
                Volatile.Write(ref writing, 0);
            }
        }
    }
}
