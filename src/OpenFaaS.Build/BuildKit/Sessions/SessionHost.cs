using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Sessions.Tunnels;

namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>Serves sessions: one Kestrel for all builds of the process, started with the first. Safe for concurrent use.</summary>
/// <param name="time">The clock by which a silent daemon is noticed; the system's by default.</param>
internal sealed class SessionHost(TimeProvider? time = null) : IAsyncDisposable
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    private readonly MemoryListener listener = new();
    private readonly Lock gate = new();
    private Task<WebApplication>? server;
    private bool disposed;

    /// <summary>Begins to start the server, which takes a moment, so that the first session need not wait for it.</summary>
    public void Prepare() => _ = ServerAsync();

    /// <summary>Opens a session on a connection; it is registered at the daemon, or about to be, when this returns.</summary>
    public async Task<Session> OpenAsync(BuildKitConnection connection, SessionContent content, CancellationToken cancellationToken)
    {
        var id = NewId();
        var headers = SessionHeaders.Of(id, content);
        var stream = await connection.OpenSessionAsync(headers, cancellationToken);
        return await OpenAsync(id, stream is null ? new CallTunnel(connection.Invoker, headers) : new StreamTunnel(stream), connection.Address, content, cancellationToken);
    }

    /// <summary>Opens a session by calls on a daemon.</summary>
    public Task<Session> OpenAsync(CallInvoker daemon, string address, SessionContent content, CancellationToken cancellationToken)
    {
        var id = NewId();
        return OpenAsync(id, new CallTunnel(daemon, SessionHeaders.Of(id, content)), address, content, cancellationToken);
    }

    /// <summary>A connection to the server, as the daemon of a session has it.</summary>
    public async Task<MemoryConnection> ConnectAsync(SessionServices services, CancellationToken cancellationToken)
    {
        await ServerAsync().WaitAsync(cancellationToken);
        var connection = new MemoryConnection(services);
        listener.Connect(connection);
        return connection;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task<WebApplication>? running;
        lock (gate)
        {
            (running, server, disposed) = (server, null, true);
        }

        if (running is not null)
        {
            await using var application = await running;
            using var limit = new CancellationTokenSource(LongestStop);
            await application.StopAsync(limit.Token);
        }
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private async Task<Session> OpenAsync(string id, ITunnel tunnel, string address, SessionContent content, CancellationToken cancellationToken)
    {
        try
        {
            var services = new SessionServices(content);
            return new Session(id, tunnel, address, services, await ConnectAsync(services, cancellationToken), time ?? TimeProvider.System);
        }
        catch
        {
            await tunnel.DisposeAsync();
            throw;
        }
    }

    private Task<WebApplication> ServerAsync()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return server ??= Task.Run(() => SessionServer.StartAsync(listener));
        }
    }
}
