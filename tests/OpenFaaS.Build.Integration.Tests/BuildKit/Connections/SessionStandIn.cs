using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Control;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections;

/// <summary>Stands in for a session: whatever the daemon calls is answered with an error of its own words, so that one sees that it was called.</summary>
internal static class SessionStandIn
{
    public const string FileSync = "/moby.filesync.v1.FileSync/DiffCopy";
    public const string FileSend = "/moby.filesync.v1.FileSend/DiffCopy";

    /// <summary>What a daemon says that wants files of a session which has not named the method.</summary>
    public const string Refusal = "no local sources enabled";

    private const string Answer = "the session was called";
    private const byte HeadersFrame = 1, SettingsFrame = 4, PingFrame = 6;
    private const byte Acknowledge = 1, EndStream = 1, EndHeaders = 4;

    public static async Task ServeAsync(Control.ControlClient control, string id, IEnumerable<string> methods, CancellationToken cancellationToken)
    {
        var headers = new Metadata { { "x-docker-expose-session-uuid", id } };
        foreach (var method in methods)
        {
            headers.Add("x-docker-expose-session-grpc-method", method);
        }

        using var call = control.Session(headers, cancellationToken: cancellationToken);
        var incoming = new Pipe();
        try
        {
            await SendAsync(call, SettingsFrame, 0, 0, []);
            var frames = AnswerAsync(call, incoming.Reader.AsStream());
            await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                await incoming.Writer.WriteAsync(message.Data.Memory, cancellationToken);
            }

            await incoming.Writer.CompleteAsync();
            await frames;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            await incoming.Writer.CompleteAsync();
        }
    }

    private static async Task AnswerAsync(AsyncDuplexStreamingCall<BytesMessage, BytesMessage> call, Stream stream)
    {
        try
        {
            await stream.ReadExactlyAsync(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length]);
            var head = new byte[9];
            while (true)
            {
                await stream.ReadExactlyAsync(head);
                var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                await stream.ReadExactlyAsync(payload);
                var id = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5));
                if (head[3] is SettingsFrame or PingFrame && head[4] != Acknowledge)
                {
                    await SendAsync(call, head[3], Acknowledge, 0, head[3] == PingFrame ? payload : []);
                }
                else if (head[3] == HeadersFrame)
                {
                    byte[] block = [0x88, .. Literal("content-type", "application/grpc"), .. Literal("grpc-status", "2"), .. Literal("grpc-message", Answer)];
                    await SendAsync(call, HeadersFrame, EndStream | EndHeaders, id, block);
                }
            }
        }
        catch (Exception e) when (e is EndOfStreamException or RpcException or InvalidOperationException or OperationCanceledException)
        {
            // The call is over.
        }
    }

    private static byte[] Literal(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private static Task SendAsync(AsyncDuplexStreamingCall<BytesMessage, BytesMessage> call, byte type, byte flags, int id, byte[] payload)
    {
        byte[] frame = [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, (byte)(id >> 8), (byte)id, .. payload];
        return call.RequestStream.WriteAsync(new BytesMessage { Data = ByteString.CopyFrom(frame) });
    }
}
