using System.Net;
using System.Net.Sockets;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections;

/// <summary>
/// Stands in for an Engine of API 1.53, which no package of this distribution has: a real, older engine behind a port that says that version,
/// and that takes gRPC by prior knowledge, or has something before it that hangs up on anything but HTTP/1.1.
/// </summary>
internal sealed class NewEngineStandIn : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly string engine;
    private readonly bool servesGrpc;
    private readonly Task loop;

    public NewEngineStandIn(string engine, bool servesGrpc)
    {
        (this.engine, this.servesGrpc) = (engine, servesGrpc);
        listener.Start();
        loop = AcceptAsync();
    }

    public string Address => $"tcp://{listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> served = [];
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        using var client = accepted;
        try
        {
            var stream = client.GetStream();
            var first = new byte[4];
            await stream.ReadExactlyAsync(first, stop.Token);
            if (first.AsSpan().SequenceEqual("GET "u8))
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nApi-Version: 1.53\r\nServer: stand-in\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"u8.ToArray(), stop.Token);
            }
            else if (first.AsSpan().SequenceEqual("PRI "u8) ? servesGrpc : first.AsSpan().SequenceEqual("POST"u8))
            {
                await using var daemon = first[0] == 'P' && first[1] == 'R' ? await EngineGrpc.OpenAsync(engine, stop.Token) : await PlainAsync();
                await daemon.WriteAsync(first, stop.Token);
                await Task.WhenAny(stream.CopyToAsync(daemon, stop.Token), daemon.CopyToAsync(stream, stop.Token));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // Either side went away, which is its right.
        }
    }

    private async Task<Stream> PlainAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(engine["unix://".Length..]), stop.Token);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
