using System.Buffers;
using Grpc.Core;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>A message as it is on the wire: FileSend carries BytesMessage or Packet, by the output's kind.</summary>
internal sealed record RawMessage(ReadOnlyMemory<byte> Bytes);

/// <summary>The service FileSend, which no generated class can stand for.</summary>
internal static class FileSendMethod
{
    private static readonly Marshaller<RawMessage> Raw = Marshallers.Create<RawMessage>(
        static (message, context) =>
        {
            context.SetPayloadLength(message.Bytes.Length);
            context.GetBufferWriter().Write(message.Bytes.Span);
            context.Complete();
        },
        static context => new RawMessage(context.PayloadAsReadOnlySequence().ToArray()));

    /// <summary>The one method.</summary>
    public static Method<RawMessage, RawMessage> DiffCopy { get; } = new(MethodType.DuplexStreaming, "moby.filesync.v1.FileSend", nameof(DiffCopy), Raw, Raw);
}
