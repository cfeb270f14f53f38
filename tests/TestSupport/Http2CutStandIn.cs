using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace OpenFaaS.Build.TestSupport;

/// <summary>
/// A server that speaks just enough HTTP/2 to cut a body: the first stream is answered with an empty 200, the second is reset inside the
/// body, the third gets the range that it asks for.
/// </summary>
public sealed partial class Http2CutStandIn : IAsyncDisposable
{
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4;
    private const byte EndStream = 1, Acknowledge = 1, EndHeaders = 4;
    private const byte Status200 = 0x88, Status206 = 0x8a;

    private readonly CancellationTokenSource stop = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 certificate;
    private readonly byte[] body;
    private readonly int cut;
    private readonly List<string> requests = [];
    private readonly Task loop;

    /// <summary>Starts the server for one connection.</summary>
    public Http2CutStandIn(X509Certificate2 certificate, byte[] body, int cut)
    {
        (this.certificate, this.body, this.cut) = (certificate, body, cut);
        listener.Start();
        Name = listener.LocalEndpoint.ToString()!;
        loop = ServeAsync();
    }

    /// <summary><c>127.0.0.1:port</c></summary>
    public string Name { get; }

    /// <summary>The header blocks of all requests; .NET sends values as they are.</summary>
    public IReadOnlyList<string> Requests => requests;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        listener.Dispose();
        stop.Dispose();
    }

    [GeneratedRegex("bytes=([0-9]+)-")]
    private static partial Regex RangePattern();

    private static byte[] Literal(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private async Task ServeAsync()
    {
        try
        {
            using var client = await listener.AcceptTcpClientAsync(stop.Token);
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }, stop.Token);
            await stream.ReadExactlyAsync(new byte[24], stop.Token);
            await WriteAsync(stream, Settings, 0, 0, []);
            while (true)
            {
                var head = new byte[9];
                await stream.ReadExactlyAsync(head, stop.Token);
                var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                await stream.ReadExactlyAsync(payload, stop.Token);
                if (head[3] == Settings && head[4] != Acknowledge)
                {
                    await WriteAsync(stream, Settings, Acknowledge, 0, []);
                }
                else if (head[3] == Headers)
                {
                    requests.Add(Encoding.Latin1.GetString(payload));
                    await AnswerAsync(stream, BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The client went away.
        }
    }

    private async Task AnswerAsync(Stream stream, int id)
    {
        switch (requests.Count)
        {
            case 1:
                await WriteAsync(stream, Headers, EndHeaders | EndStream, id, [Status200]);
                break;
            case 2:
                await WriteAsync(stream, Headers, EndHeaders, id, [Status200, .. Literal("content-length", $"{body.Length}")]);
                await WriteDataAsync(stream, id, body.AsMemory(0, cut), 0);
                await WriteAsync(stream, Reset, 0, id, [0, 0, 0, 2]);
                break;
            default:
                // A client may drop what it had received of a stream that is reset.
                var from = int.Parse(RangePattern().Match(requests[^1]).Groups[1].ValueSpan is { Length: > 0 } digits ? digits : "0", CultureInfo.InvariantCulture);
                await WriteAsync(stream, Headers, EndHeaders, id, from == 0 ? [Status200] : [Status206, .. Literal("content-range", $"bytes {from}-{body.Length - 1}/{body.Length}")]);
                await WriteDataAsync(stream, id, body.AsMemory(from), EndStream);
                break;
        }
    }

    private async Task WriteDataAsync(Stream stream, int id, ReadOnlyMemory<byte> data, byte last)
    {
        const int LargestFrame = 16_384;
        for (var done = 0; done < data.Length; done += LargestFrame)
        {
            var size = Math.Min(LargestFrame, data.Length - done);
            await WriteAsync(stream, Data, done + size == data.Length ? last : (byte)0, id, data.Slice(done, size).ToArray());
        }
    }

    private async Task WriteAsync(Stream stream, byte type, byte flags, int id, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        await stream.WriteAsync(frame, stop.Token);
        await stream.FlushAsync(stop.Token);
    }
}
