using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A small HTTP/1.1 server on a loopback address for faults that no real registry can be made to show. One request a connection.</summary>
public sealed class StandInServer : IAsyncDisposable
{
    private readonly PeerStandIn peer;
    private readonly X509Certificate2? certificate;
    private readonly Func<StandInRequest, StandInReply> answer;
    private readonly ConcurrentQueue<StandInRequest> requests = new();

    /// <summary>Starts the server.</summary>
    /// <param name="answer">Answers a request.</param>
    /// <param name="address">Address to listen on, <c>127.0.0.1</c> by default; the others of 127/8 are other hosts to a client.</param>
    /// <param name="certificate">Serves https with it.</param>
    public StandInServer(Func<StandInRequest, StandInReply> answer, string address = "127.0.0.1", X509Certificate2? certificate = null)
    {
        this.answer = answer;
        this.certificate = certificate;
        peer = new PeerStandIn(ServeAsync, address);
    }

    /// <summary><c>address:port</c></summary>
    public string Name => peer.Name;

    public string Url => $"{(certificate is null ? "http" : "https")}://{Name}";

    /// <summary>All requests so far.</summary>
    public IReadOnlyList<StandInRequest> Requests => [.. requests];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => peer.DisposeAsync();

    private async Task ServeAsync(Socket socket, CancellationToken stopping)
    {
        await using var stream = await OpenAsync(socket, stopping);
        if (stream is not null && await ReadAsync(stream, stopping) is { } request)
        {
            requests.Enqueue(request);
            await WriteAsync(stream, request, answer(request), stopping);
            socket.Shutdown(SocketShutdown.Send);
            while (await stream.ReadAsync(new byte[4096], stopping) > 0)
            {
                // The client reads to the end only if nothing that it sends is reset.
            }
        }
    }

    private async Task<Stream?> OpenAsync(Socket socket, CancellationToken stopping)
    {
        var stream = new NetworkStream(socket);
        var first = new byte[1];
        var isTls = await socket.ReceiveAsync(first, SocketFlags.Peek, stopping) == 1 && first[0] == 0x16;
        if (certificate is not null)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stopping);
            return secure;
        }

        if (isTls)
        {
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray(), stopping);
            return null;
        }

        return stream;
    }

    private async Task<StandInRequest?> ReadAsync(Stream stream, CancellationToken stopping)
    {
        List<byte> head = [];
        var one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, stopping) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var start = lines[0].Split(' ');
        var headers = lines[1..].Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0].ToLowerInvariant(), parts => parts[1].Trim(), StringComparer.Ordinal);
        var body = new byte[long.Parse(headers.GetValueOrDefault("content-length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, stopping);
        return new StandInRequest(start[0], start[1], headers, body);
    }

    private async Task WriteAsync(Stream stream, StandInRequest request, StandInReply reply, CancellationToken stopping)
    {
        if (reply.Silent)
        {
            await Task.Delay(Timeout.Infinite, stopping);
        }

        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} Status\r\nConnection: close\r\n");
        if (reply.Framing == StandInFraming.Chunked)
        {
            head.Append("Transfer-Encoding: chunked\r\n");
        }
        else if (reply.Framing == StandInFraming.ContentLength && reply.Status != 204)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {reply.ClaimedLength ?? reply.Body.Length}\r\n");
        }

        foreach (var (name, value) in reply.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), stopping);
        if (reply.Stalls)
        {
            await Task.Delay(Timeout.Infinite, stopping);
        }

        if (request.Method == "HEAD")
        {
            return;
        }

        var body = reply.Body.AsMemory(0, reply.CutAt ?? reply.Body.Length);
        if (reply.Framing == StandInFraming.Chunked)
        {
            if (body.Length > 0)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{reply.Body.Length:x}\r\n"), stopping);
                await stream.WriteAsync(body, stopping);
            }

            if (reply.CutAt is null)
            {
                await stream.WriteAsync(body.Length > 0 ? "\r\n0\r\n\r\n"u8.ToArray() : "0\r\n\r\n"u8.ToArray(), stopping);
            }
        }
        else
        {
            await stream.WriteAsync(body, stopping);
        }

        await stream.FlushAsync(stopping);
    }
}
