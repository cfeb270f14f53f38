using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.ContentStores;

/// <summary>gRPC calls on the BuildKit inside a Docker Engine, by the upgrade of its API socket.</summary>
internal sealed class EngineInvoker : IDisposable
{
    private readonly GrpcChannel channel;

    public EngineInvoker(string endpoint)
    {
        var handler = new SocketsHttpHandler { ConnectCallback = async (_, token) => await UpgradeAsync(new Uri(endpoint).LocalPath, token) };
        channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    public CallInvoker Invoker => channel.CreateCallInvoker();

    public void Dispose() => channel.Dispose();

    private static async Task<Stream> UpgradeAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync("POST /grpc HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"u8.ToArray(), cancellationToken);
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            head.Append((char)one[0]);
        }

        return head.ToString().StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal) ? stream : throw new InvalidOperationException(head.ToString());
    }
}
