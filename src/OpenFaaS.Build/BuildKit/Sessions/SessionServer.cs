using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenFaaS.Build.BuildKit.Sessions.Auth;
using OpenFaaS.Build.BuildKit.Sessions.Services;
using OpenFaaS.Build.BuildKit.Sessions.Tunnels;

namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>Kestrel with the services of all sessions. It reads no configuration, no environment and no signals, listens on nothing but memory, and logs nothing.</summary>
internal static class SessionServer
{
    private const int LongestMessage = 16 << 20;

    public static async Task<WebApplication> StartAsync(MemoryListener listener)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            Limit(options.Limits);
            options.AddServerHeader = false;
            options.Listen(listener.EndPoint, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(listener);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSingleton<TokenAuthorities>();
        builder.Services.AddSingleton<Func<ServerCallContext, SessionContent>>(static call => call.SessionContent());
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = LongestMessage;
            options.MaxSendMessageSize = null;
            options.Interceptors.Add<CodedErrors>();
        });
        var application = builder.Build();
        application.MapGrpcService<HealthService>();
        application.MapGrpcService<FileSyncService>();
        application.MapGrpcService<FileSendService>();
        application.MapGrpcService<AuthService>();
        application.MapGrpcService<SecretsService>();
        application.MapGrpcService<SshService>();
        application.MapGrpcService<ContentService>();
        await application.StartAsync();
        return application;
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

    /// <summary>The host would take SIGINT and SIGTERM for itself; they are the worker's.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
