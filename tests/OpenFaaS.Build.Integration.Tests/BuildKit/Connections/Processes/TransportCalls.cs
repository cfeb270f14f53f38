using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;

/// <summary>Calls of a daemon through a transport, as BuildKitConnection makes them.</summary>
internal sealed class TransportCalls : IAsyncDisposable
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(20);
    private readonly GrpcChannel channel;

    public TransportCalls(IBuildKitTransport transport) =>
        channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = (_, token) => transport.ConnectAsync(token) },
            DisposeHttpClient = true,
        });

    /// <summary>How many workers the daemon has.</summary>
    public async Task<int> CountWorkersAsync(CancellationToken cancellationToken) =>
        (await new Control.ControlClient(channel).ListWorkersAsync(new ListWorkersRequest(), cancellationToken: cancellationToken)).Record.Count;

    /// <summary>Makes a call that the daemon does not end, does something in its middle, and gives the coded error that it ends with.</summary>
    public async Task<Diagnostic> BreakAsync(Func<Task> disturb, CancellationToken cancellationToken)
    {
        var headers = new Metadata { { "x-docker-expose-session-uuid", Guid.NewGuid().ToString("n") } };
        using var call = new Control.ControlClient(channel).Session(headers, cancellationToken: cancellationToken);
        Assert.IsTrue(await call.ResponseStream.MoveNext(cancellationToken), "The daemon opens its connection to the session.");

        await disturb();

        var begin = Stopwatch.GetTimestamp();
        var failure = await Assert.ThrowsAsync<Exception>(async () =>
        {
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                // What was on its way.
            }
        });
        Assert.IsLessThan(AtOnce, Stopwatch.GetElapsedTime(begin));
        return Coded(failure) ?? throw new AssertFailedException($"No coded error in: {failure}", failure);
    }

    public ValueTask DisposeAsync()
    {
        channel.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The diagnostic somewhere within an exception of gRPC.</summary>
    public static Diagnostic? Coded(Exception? failure) => failure switch
    {
        null => null,
        DiagnosticException coded => coded.Diagnostics[0],
        RpcException call => Coded(call.Status.DebugException) ?? Coded(call.InnerException),
        _ => Coded(failure.InnerException),
    };
}
