using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace OpenFaaS.Build.TestSupport;

/// <summary>
/// A real BuildKit behind another form of address: for every connection it opens <c>POST /grpc</c> of a Docker Engine, and copies bytes both
/// ways without looking at them. It can be cut, paused and restarted; the engine is left alone. An Engine's API or a registry can be behind one, too.
/// </summary>
public sealed class BuildKitBridge : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task<Stream>> dial;
    private readonly Func<IBridgeListener> listen;
    private readonly ConcurrentDictionary<Stream, Stream> open = new();
    private CancellationTokenSource stop = new();
    private IBridgeListener? listener;
    private Task loop = Task.CompletedTask;
    private volatile TaskCompletionSource gate = Opened();
    private volatile ByteTrigger? sent;
    private volatile ByteTrigger? received;
    private long toDaemon;
    private long fromDaemon;
    private int connections;

    private BuildKitBridge(string engine, string address, Func<IBridgeListener> listen)
        : this(stopping => EngineGrpc.OpenAsync(engine, stopping), address, listen)
    {
    }

    private BuildKitBridge(Func<CancellationToken, Task<Stream>> dial, string address, Func<IBridgeListener> listen)
    {
        (this.dial, Address, this.listen) = (dial, address, listen);
        Start();
    }

    /// <summary>The address as users write it: <c>unix://…</c>, <c>tcp://…</c>, <c>npipe://…</c>.</summary>
    public string Address { get; }

    /// <summary>Bytes copied to the daemon so far.</summary>
    public long BytesToDaemon => Interlocked.Read(ref toDaemon);

    /// <summary>Bytes copied from the daemon so far.</summary>
    public long BytesFromDaemon => Interlocked.Read(ref fromDaemon);

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Connections that are open now.</summary>
    public int OpenConnections => open.Count;

    /// <summary>Listens on a Unix socket.</summary>
    /// <param name="engine">The engine's socket, <c>unix://…</c>.</param>
    /// <param name="path">Path of the socket; a short one in the temporary folder by default.</param>
    public static BuildKitBridge OnUnix(string engine, string? path = null)
    {
        var place = path ?? Path.Combine(Path.GetTempPath(), $"ofb-bridge-{Guid.NewGuid():n}.sock");
        return new BuildKitBridge(engine, "unix://" + place, () => SocketBridgeListener.OnUnix(place));
    }

    /// <summary>Listens on a loopback port.</summary>
    public static BuildKitBridge OnTcp(string engine)
    {
        var port = SocketBridgeListener.FreePort();
        return new BuildKitBridge(engine, $"tcp://127.0.0.1:{port}", () => SocketBridgeListener.OnTcp(port));
    }

    /// <summary>Listens on a loopback port with TLS as buildkitd does: ALPN <c>h2</c> is required, and a client certificate of <paramref name="clients"/>.</summary>
    /// <param name="engine">The engine's socket.</param>
    /// <param name="certificate">The server's certificate.</param>
    /// <param name="clients">The authority of clients; null where everybody may connect.</param>
    public static BuildKitBridge OnTls(string engine, X509Certificate2 certificate, PrivateAuthority? clients)
    {
        var port = SocketBridgeListener.FreePort();
        return new BuildKitBridge(engine, $"tcp://localhost:{port}", () => SocketBridgeListener.OnTls(port, certificate, clients, SslApplicationProtocol.Http2));
    }

    /// <summary>Listens on a named pipe of .NET.</summary>
    public static BuildKitBridge OnPipe(string engine)
    {
        var name = $"ofb-bridge-{Guid.NewGuid():n}";
        return new BuildKitBridge(engine, "npipe:////./pipe/" + name, () => new PipeBridgeListener(name));
    }

    /// <summary>The Engine's own API on another Unix socket.</summary>
    /// <param name="engine">The engine's socket.</param>
    public static BuildKitBridge ToEngineOnUnix(string engine)
    {
        var place = Path.Combine(Path.GetTempPath(), $"ofb-bridge-{Guid.NewGuid():n}.sock");
        return new BuildKitBridge(stopping => OpenUnixAsync(engine, stopping), "unix://" + place, () => SocketBridgeListener.OnUnix(place));
    }

    /// <summary>The Engine's own API on a loopback port.</summary>
    /// <param name="engine">The engine's socket.</param>
    public static BuildKitBridge ToEngineOnTcp(string engine)
    {
        var port = SocketBridgeListener.FreePort();
        return new BuildKitBridge(stopping => OpenUnixAsync(engine, stopping), $"tcp://127.0.0.1:{port}", () => SocketBridgeListener.OnTcp(port));
    }

    /// <summary>The Engine's own API on a loopback port with TLS, for clients with a certificate of <paramref name="authority"/>.</summary>
    public static BuildKitBridge ToEngineOnTls(string engine, PrivateAuthority authority)
    {
        var port = SocketBridgeListener.FreePort();
        return new BuildKitBridge(
            stopping => OpenUnixAsync(engine, stopping), $"tcp://localhost:{port}", () => SocketBridgeListener.OnTls(port, authority.Load(), authority, SslApplicationProtocol.Http11));
    }

    /// <summary>The Engine's own API on a named pipe of .NET.</summary>
    public static BuildKitBridge ToEngineOnPipe(string engine)
    {
        var name = $"ofb-bridge-{Guid.NewGuid():n}";
        return new BuildKitBridge(stopping => OpenUnixAsync(engine, stopping), "npipe:////./pipe/" + name, () => new PipeBridgeListener(name));
    }

    /// <summary>Listens on a loopback port, with a registry behind it instead of a daemon.</summary>
    /// <param name="registry"><c>address:port</c> of the registry.</param>
    public static BuildKitBridge ToRegistry(string registry)
    {
        var port = SocketBridgeListener.FreePort();
        return new BuildKitBridge(
            async stopping =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPEndPoint.Parse(registry), stopping);
                return new NetworkStream(socket, ownsSocket: true);
            },
            $"tcp://127.0.0.1:{port}",
            () => SocketBridgeListener.OnTcp(port));
    }

    /// <summary>Does something once, when so many more bytes have gone to the daemon; the next ones wait for it.</summary>
    public void WhenSent(long bytes, Action act) => sent = new ByteTrigger(BytesToDaemon + bytes, act);

    /// <summary>Does something once, when so many more bytes have come from the daemon; the next ones wait for it.</summary>
    public void WhenReceived(long bytes, Action act) => received = new ByteTrigger(BytesFromDaemon + bytes, act);

    /// <summary>Ends all open connections; new ones are accepted.</summary>
    public void Cut()
    {
        foreach (var (client, daemon) in open)
        {
            client.Dispose();
            daemon.Dispose();
        }
    }

    /// <summary>Stops copying; connections stay open, and new ones are accepted but silent.</summary>
    public void Pause() => gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Copies again.</summary>
    public void Resume() => gate.TrySetResult();

    /// <summary>Ends all connections and the listener, as a daemon that dies.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        listener?.Dispose();
        Cut();
        await loop;
    }

    /// <summary>Listens again at the same address.</summary>
    public void Start()
    {
        stop = new CancellationTokenSource();
        listener = listen();
        loop = AcceptAsync(listener, stop.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    private static async Task<Stream> OpenUnixAsync(string address, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(address["unix://".Length..]), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private static void Count(ref long total, int count, ByteTrigger? trigger)
    {
        var now = Interlocked.Add(ref total, count);
        trigger?.Seen(now);
    }

    private static bool IsEnd(Exception e) =>
        e is IOException or OperationCanceledException or ObjectDisposedException or SocketException or AuthenticationException or InvalidOperationException;

    private async Task AcceptAsync(IBridgeListener from, CancellationToken stopping)
    {
        List<Task> served = [];
        try
        {
            while (true)
            {
                var accepted = await from.AcceptAsync(stopping);
                Interlocked.Increment(ref connections);
                served.Add(ServeAsync(accepted, from, stopping));
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(Stream accepted, IBridgeListener from, CancellationToken stopping)
    {
        Stream? client = null;
        try
        {
            client = await from.SecureAsync(accepted, stopping);
            await using var daemon = await dial(stopping);
            open[client] = daemon;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            await Task.WhenAny(
                CopyAsync(client, daemon, count => Count(ref toDaemon, count, sent), end.Token),
                CopyAsync(daemon, client, count => Count(ref fromDaemon, count, received), end.Token));
            await end.CancelAsync();
        }
        catch (Exception e) when (IsEnd(e))
        {
            // Either side went away, which is its right.
        }
        finally
        {
            if (client is not null)
            {
                open.TryRemove(client, out _);
                await client.DisposeAsync();
            }

            await accepted.DisposeAsync();
        }
    }

    private async Task CopyAsync(Stream from, Stream to, Action<int> count, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[64 << 10];
            while (true)
            {
                var read = await from.ReadAsync(buffer, cancellationToken);
                if (read == 0)
                {
                    return;
                }

                await gate.Task.WaitAsync(cancellationToken);
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                await to.FlushAsync(cancellationToken);
                count(read);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // As above.
        }
    }
}
