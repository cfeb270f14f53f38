using System.Net.Sockets;
using System.Text;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Faults;

/// <summary>Stands in for an HTTP proxy before a real engine that passes everything on but the requests to one path, which it answers by itself.</summary>
internal sealed class EngineProxyStandIn : IAsyncDisposable
{
    private readonly string engine;
    private readonly string path;
    private readonly string answer;
    private readonly PeerStandIn peer;
    private int requests;

    /// <param name="engine">The engine's address.</param>
    /// <param name="path">The path.</param>
    /// <param name="answer">The head of the answer; after it, nothing is said. Empty for silence from the beginning.</param>
    public EngineProxyStandIn(string engine, string path, string answer)
    {
        (this.engine, this.path, this.answer) = (engine, path, answer);
        peer = PeerStandIn.Answering(ServeAsync);
    }

    public string Address => peer.Address;

    /// <summary>How often the path was asked for.</summary>
    public int Requests => Volatile.Read(ref requests);

    public ValueTask DisposeAsync() => peer.DisposeAsync();

    private async Task ServeAsync(Stream stream, CancellationToken stopping)
    {
        var head = new byte[4096];
        var length = await stream.ReadAsync(head, stopping);
        if (Encoding.ASCII.GetString(head, 0, length).StartsWith($"POST {path} ", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref requests);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stopping);
            await Task.Delay(Timeout.Infinite, stopping);
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(engine["unix://".Length..]), stopping);
        await using var daemon = new NetworkStream(socket);
        await daemon.WriteAsync(head.AsMemory(0, length), stopping);
        await Task.WhenAny(stream.CopyToAsync(daemon, stopping), daemon.CopyToAsync(stream, stopping));
    }
}
