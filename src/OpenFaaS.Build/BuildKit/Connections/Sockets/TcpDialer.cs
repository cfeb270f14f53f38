using System.Net;
using System.Net.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>Connects to a port.</summary>
internal sealed class TcpDialer(string text, string host, int port) : Dialer(text)
{
    public override EngineAddress Engine => new(Text, new UriBuilder("http", host, port).Uri);

    public override async ValueTask<DialedStream> DialAsync(ProtocolOffer offer, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(host, port), cancellationToken);
            return new DialedStream(new NetworkStream(socket, ownsSocket: true));
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw BuildKitConnectionDiagnostics.Unreachable.With(Text, SocketFailure.Phrase(e)).ToException(e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
