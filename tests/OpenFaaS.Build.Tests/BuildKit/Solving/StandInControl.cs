using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Wire.Control;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

/// <summary>A daemon's control service on a loopback address, for answers that no real daemon can be made to give.</summary>
internal sealed class StandInControl : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly GrpcChannel channel;

    private StandInControl(WebApplication application, Service service)
    {
        this.application = application;
        Requests = service.Requests;
        Cancelled = service.Cancelled.Task;
        channel = GrpcChannel.ForAddress(application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        Client = new ControlCalls(channel.CreateCallInvoker());
    }

    public delegate Task<SolveResponse> Solve(SolveRequest request, ServerCallContext call);

    public delegate Task Status(IServerStreamWriter<StatusResponse> stream, ServerCallContext call);

    public ControlCalls Client { get; }

    public IReadOnlyCollection<SolveRequest> Requests { get; }

    /// <summary>Ends when a call of Solve was cancelled by the client.</summary>
    public Task Cancelled { get; }

    public static async Task<StandInControl> StartAsync(Solve solve, Status status)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var service = new Service(solve, status);
        builder.Services.AddSingleton(service);
        var application = builder.Build();
        application.MapGrpcService<Service>();
        await application.StartAsync();
        return new StandInControl(application, service);
    }

    /// <summary>Ends at once, with every call on it.</summary>
    public async Task KillAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await application.StopAsync(now.Token);
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await KillAsync();
        await application.DisposeAsync();
    }

    private sealed class Service(Solve solve, Status status) : Control.ControlBase
    {
        public ConcurrentQueue<SolveRequest> Requests { get; } = new();

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context)
        {
            Requests.Enqueue(request);
            await using var registration = context.CancellationToken.Register(() => Cancelled.TrySetResult());
            return await solve(request, context);
        }

        public override Task Status(StatusRequest request, IServerStreamWriter<StatusResponse> responseStream, ServerCallContext context) =>
            status(responseStream, context);
    }
}
