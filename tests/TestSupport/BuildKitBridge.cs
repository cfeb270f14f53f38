using System.Collections.Concurrent;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace OpenFaaS.Build.TestSupport;

/// <summary>
/// A real BuildKit behind another form of address: for every connection it opens <c>POST /grpc</c> of a Docker Engine, and copies bytes both
/// ways without looking at them. It can be cut, paused and restarted; the engine is left alone.
/// </summary>
public sealed class BuildKitBridge : IAsyncDisposable
{
    private readonly string engine;
    private readonly Func<IBridgeListener> listen;
    private readonly ConcurrentDictionary<Stream, Stream> open = new();
    private CancellationTokenSource stop = new();
    private IBridgeListener? listener;
    private Task loop = Task.CompletedTask;
    private volatile TaskCompletionSource gate = Opened();
    private long toDaemon;
    private long fromDaemon;
    private int connections;

    private BuildKitBridge(string engine, string address, Func<IBridgeListener> listen)
    {
        (this.engine, Address, this.listen) = (engine, address, listen);
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
        return new BuildKitBridge(engine, $"tcp://localhost:{port}", () => SocketBridgeListener.OnTls(port, certificate, clients));
    }

    /// <summary>Listens on a named pipe of .NET.</summary>
    public static BuildKitBridge OnPipe(string engine)
    {
        var name = $"ofb-bridge-{Guid.NewGuid():n}";
        return new BuildKitBridge(engine, "npipe:////./pipe/" + name, () => new PipeBridgeListener(name));
    }

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

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private static bool IsEnd(Exception e) =>
        e is IOException or OperationCanceledException or ObjectDisposedException or System.Net.Sockets.SocketException or AuthenticationException or InvalidOperationException;

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
            await using var daemon = await EngineGrpc.OpenAsync(engine, stopping);
            open[client] = daemon;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            await Task.WhenAny(
                CopyAsync(client, daemon, count => Interlocked.Add(ref toDaemon, count), end.Token),
                CopyAsync(daemon, client, count => Interlocked.Add(ref fromDaemon, count), end.Token));
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
