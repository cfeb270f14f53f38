using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpenFaaS.Build.BuildKit.Sessions.Services;
using OpenFaaS.Build.BuildKit.Sessions.Tunnels;

namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>
/// Kestrel with the methods of all sessions. It reads no configuration, no environment and no signals, listens on nothing but memory, and logs nothing.
/// There is no host around it: a daemon waits for its start.
/// </summary>
internal sealed class SessionServer : IAsyncDisposable
{
    private const int LongestMessage = 16 << 20;

    private readonly ServiceProvider services;
    private readonly KestrelServer kestrel;

    private SessionServer(ServiceProvider services, MemoryListener listener)
    {
        this.services = services;
        var options = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        Limit(options.Limits);
        options.Listen(listener.EndPoint, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        kestrel = new KestrelServer(Options.Create(options), listener, NullLoggerFactory.Instance);
    }

    public static async Task<SessionServer> StartAsync(MemoryListener listener)
    {
        var server = new SessionServer(Services(), listener);
        try
        {
            await server.kestrel.StartAsync(SessionCalls.Of(server.services), CancellationToken.None);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends all connections.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => kestrel.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        kestrel.Dispose();
        await services.DisposeAsync();
    }

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton<SessionMethods>();
        services.AddSingleton<IServiceMethodProvider<SessionMethods>>(provider => provider.GetRequiredService<SessionMethods>());
        services.AddGrpc();

        // What has no choice needs no factory of options and no search for methods, which reflect on every type they meet.
        services.RemoveAll(typeof(IServiceMethodProvider<>));
        services.RemoveAll(typeof(IOptions<>));
        services.AddSingleton(Options.Create(new GrpcServiceOptions
        {
            MaxReceiveMessageSize = LongestMessage,
            MaxSendMessageSize = null,

            // Daemons do not compress; the bound counts what is on the wire.
            CompressionProviders = [],
        }));
        services.AddSingleton(Options.Create(new GrpcServiceOptions<SessionMethods>()));
        return services.BuildServiceProvider();
    }

    private static void Limit(KestrelServerLimits limits)
    {
        // Not infinite: with that, Kestrel ends an idle HTTP/2 connection at its next heartbeat.
        limits.KeepAliveTimeout = TimeSpan.FromDays(1);

        // The daemon decides how fast it reads and writes; how long a session may be silent is the session's own business.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestBodySize = null;

        // Every pattern of .dockerignore and every path of COPY is a header.
        limits.MaxRequestHeaderCount = 200_000;
        limits.MaxRequestHeadersTotalSize = LongestMessage;
        limits.MaxRequestBufferSize = LongestMessage;
        limits.Http2.MaxRequestHeaderFieldSize = 64 * 1024;

        // Forwarded SSH agents keep their streams, and must not keep the daemon from asking for health.
        limits.Http2.MaxStreamsPerConnection = 1000;
        limits.MaxResponseBufferSize = 1 << 20;
        limits.Http2.InitialConnectionWindowSize = 16 << 20;
        limits.Http2.InitialStreamWindowSize = 4 << 20;
    }
}
