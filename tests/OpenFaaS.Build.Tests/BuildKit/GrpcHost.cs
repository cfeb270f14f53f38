using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OpenFaaS.Build.Tests.BuildKit;

/// <summary>A real gRPC server on a loopback port with one service, and a client's calls on it.</summary>
internal sealed class GrpcHost : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly GrpcChannel channel;

    private GrpcHost(WebApplication application, GrpcChannel channel) => (this.application, this.channel) = (application, channel);

    public CallInvoker Invoker => channel.CreateCallInvoker();

    public static async Task<GrpcHost> StartAsync<TService>(TService service, CancellationToken cancellationToken)
        where TService : class
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = 16 << 20);
        builder.Services.AddSingleton(service);
        var application = builder.Build();
        application.MapGrpcService<TService>();
        await application.StartAsync(cancellationToken);
        return new GrpcHost(application, GrpcChannel.ForAddress(application.Urls.Single()));
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await application.DisposeAsync();
    }
}
