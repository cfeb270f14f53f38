using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Control;

namespace OpenFaaS.Build.BuildKit.Sessions.Tunnels;

/// <summary>Bytes of the session's connection on their way to the daemon: a BytesMessage that is written from the pipe's own memory.</summary>
internal sealed class TunnelChunk(ReadOnlySequence<byte> bytes)
{
    /// <summary>Daemons take 16 MiB a message, old ones 4 MiB.</summary>
    public const int Longest = 1 << 20;

    private const byte DataField = (1 << 3) | 2;

    /// <summary>The call that carries a session.</summary>
    public static Method<TunnelChunk, BytesMessage> Method { get; } = new(
        MethodType.DuplexStreaming,
        "moby.buildkit.v1.Control",
        "Session",
        Marshallers.Create<TunnelChunk>(Write, static _ => throw new NotSupportedException()),
        Marshallers.Create<BytesMessage>(static (_, _) => throw new NotSupportedException(), static context => BytesMessage.Parser.ParseFrom(context.PayloadAsReadOnlySequence())));

    private static void Write(TunnelChunk chunk, SerializationContext context) => chunk.Write(context);

    private void Write(SerializationContext context)
    {
        var length = (int)bytes.Length;
        context.SetPayloadLength(1 + CodedOutputStream.ComputeLengthSize(length) + length);
        var writer = context.GetBufferWriter();
        var header = writer.GetSpan(1 + 5);
        header[0] = DataField;
        var position = 1;
        for (var rest = (uint)length; ; rest >>= 7)
        {
            header[position++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                break;
            }
        }

        writer.Advance(position);
        foreach (var segment in bytes)
        {
            writer.Write(segment.Span);
        }

        context.Complete();
    }
}
