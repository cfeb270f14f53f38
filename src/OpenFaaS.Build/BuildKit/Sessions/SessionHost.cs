using System.Collections.Concurrent;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Sessions.Tunnels;

namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>Serves sessions: one Kestrel for all builds of the process, started with the first. Safe for concurrent use.</summary>
/// <param name="time">The clock by which a silent daemon is noticed; the system's by default.</param>
internal sealed class SessionHost(TimeProvider? time = null) : IAsyncDisposable
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    private readonly MemoryListener listener = new();
    private readonly ConcurrentQueue<Task> closings = new();
    private readonly Lock gate = new();
    private Task<SessionServer>? server;
    private bool disposed;

    /// <summary>Opens a session on a connection. The daemon may hear of it only later: a solve that names it waits for it there.</summary>
    public Task<Session> OpenAsync(BuildKitConnection connection, SessionContent content)
    {
        if (!connection.HasSessionStreams)
        {
            return OpenAsync(connection.Invoker, connection.Address, content);
        }

        var id = NewId();
        return OpenAsync(id, new StreamTunnel(token => connection.OpenSessionAsync(SessionHeaders.Of(id, content), token)), connection.Address, content);
    }

    /// <summary>Opens a session by calls on a daemon.</summary>
    public Task<Session> OpenAsync(CallInvoker daemon, string address, SessionContent content)
    {
        var id = NewId();
        return OpenAsync(id, new CallTunnel(daemon, SessionHeaders.Of(id, content)), address, content);
    }

    /// <summary>A connection to the server, as the daemon of a session has it. What comes before the server has started waits for it.</summary>
    public MemoryConnection Connect(SessionServices services)
    {
        var starting = ServerAsync();
        var connection = new MemoryConnection(services);
        listener.Connect(connection);
        _ = EndWithServerAsync(starting, connection);
        return connection;
    }

    /// <summary>Closes a session that the daemon needs no more, while its caller goes on; the host's end waits for it.</summary>
    public void CloseInBackground(Session session) => closings.Enqueue(Task.Run(async () => await session.DisposeAsync()));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task<SessionServer>? running;
        lock (gate)
        {
            (running, server, disposed) = (server, null, true);
        }

        if (running is not null)
        {
            await using var ended = await running;
            using var limit = new CancellationTokenSource(LongestStop);
            await Task.WhenAll(closings).WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ended.StopAsync(limit.Token);
        }
    }

    // From the system's generator; the first number of OpenSSL's takes longer than all else here.
    private static string NewId() => Guid.NewGuid().ToString("n");

    private async Task<Session> OpenAsync(string id, ITunnel tunnel, string address, SessionContent content)
    {
        try
        {
            var services = new SessionServices(content);
            return new Session(id, tunnel, address, services, Connect(services), time ?? TimeProvider.System);
        }
        catch
        {
            await tunnel.DisposeAsync();
            throw;
        }
    }

    private static async Task EndWithServerAsync(Task starting, MemoryConnection connection)
    {
        await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!starting.IsCompletedSuccessfully)
        {
            // Why it did not start comes with the end of the host.
            connection.Abort();
        }
    }

    private Task<SessionServer> ServerAsync()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return server ??= Task.Run(() => SessionServer.StartAsync(listener));
        }
    }
}
