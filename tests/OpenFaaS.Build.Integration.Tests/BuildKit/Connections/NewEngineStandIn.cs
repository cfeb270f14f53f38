using System.Net.Sockets;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections;

/// <summary>
/// Stands in for an Engine of API 1.53, which no package of this distribution has: a real, older engine behind a port that says that version,
/// and that takes gRPC by prior knowledge, or has something before it that hangs up on anything but HTTP/1.1.
/// </summary>
internal sealed class NewEngineStandIn : IAsyncDisposable
{
    private readonly string engine;
    private readonly bool servesGrpc;
    private readonly PeerStandIn peer;

    public NewEngineStandIn(string engine, bool servesGrpc)
    {
        (this.engine, this.servesGrpc) = (engine, servesGrpc);
        peer = PeerStandIn.Answering(ServeAsync);
    }

    public string Address => peer.Address;

    public ValueTask DisposeAsync() => peer.DisposeAsync();

    private async Task ServeAsync(Stream stream, CancellationToken stopping)
    {
        var first = new byte[4];
        await stream.ReadExactlyAsync(first, stopping);
        if (first.AsSpan().SequenceEqual("GET "u8))
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nApi-Version: 1.53\r\nServer: stand-in\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"u8.ToArray(), stopping);
        }
        else if (first.AsSpan().SequenceEqual("PRI "u8) ? servesGrpc : first.AsSpan().SequenceEqual("POST"u8))
        {
            await using var daemon = first[0] == 'P' && first[1] == 'R' ? await EngineGrpc.OpenAsync(engine, stopping) : await PlainAsync(stopping);
            await daemon.WriteAsync(first, stopping);
            await Task.WhenAny(stream.CopyToAsync(daemon, stopping), daemon.CopyToAsync(stream, stopping));
        }
    }

    private async Task<Stream> PlainAsync(CancellationToken stopping)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(engine["unix://".Length..]), stopping);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
