using System.Buffers;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Sessions.Tunnels;
using OpenFaaS.Build.BuildKit.Wire.Control;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>Stands in for a daemon: answers the call that carries a session as the test says.</summary>
internal sealed class DaemonStandIn : CallInvokerStandIn
{
    private readonly Channel<BytesMessage> toClient = Channel.CreateUnbounded<BytesMessage>();
    private readonly Channel<byte[]> fromClient = Channel.CreateUnbounded<byte[]>();

    /// <summary>Headers of the call.</summary>
    public Metadata Headers { get; private set; } = [];

    /// <summary>Whether the client has ended the call.</summary>
    public bool IsCancelled => cancelled.IsCancellationRequested;

    private CancellationToken cancelled;

    /// <summary>What the client sends, message by message.</summary>
    public ChannelReader<byte[]> Received => fromClient.Reader;

    public void Send(byte[] bytes) => toClient.Writer.TryWrite(new BytesMessage { Data = ByteString.CopyFrom(bytes) });

    /// <summary>Ends the call; with success where no error is given.</summary>
    public void End(RpcException? error = null) => toClient.Writer.TryComplete(error);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Headers = options.Headers ?? [];
        cancelled = options.CancellationToken;
        var writer = new Writer<TRequest>(fromClient.Writer, method.RequestMarshaller);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            writer, (IAsyncStreamReader<TResponse>)(object)new Reader(toClient.Reader), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    private sealed class Reader(ChannelReader<BytesMessage> messages) : IAsyncStreamReader<BytesMessage>
    {
        public BytesMessage Current { get; private set; } = new();

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await messages.WaitToReadAsync(cancellationToken))
            {
                return false;
            }

            Current = await messages.ReadAsync(cancellationToken);
            return true;
        }
    }

    private sealed class Writer<T>(ChannelWriter<byte[]> messages, Marshaller<T> marshaller) : IClientStreamWriter<T>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task CompleteAsync() => Task.CompletedTask;

        public Task WriteAsync(T message)
        {
            var context = new Serialization();
            marshaller.ContextualSerializer(message, context);
            messages.TryWrite(context.Bytes.WrittenSpan.ToArray());
            return Task.CompletedTask;
        }

        public Task WriteAsync(T message, CancellationToken cancellationToken) => WriteAsync(message);
    }

    /// <summary>What a message becomes on the wire.</summary>
    public sealed class Serialization : SerializationContext
    {
        public ArrayBufferWriter<byte> Bytes { get; } = new();

        public int? Announced { get; private set; }

        public override void SetPayloadLength(int payloadLength) => Announced = payloadLength;

        public override IBufferWriter<byte> GetBufferWriter() => Bytes;

        public override void Complete()
        {
        }
    }
}
