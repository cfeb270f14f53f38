using Grpc.Core;
using Grpc.Net.Client;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Sessions.Tunnels;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>The daemon's side of a session's connection: a real gRPC client on the connection in memory, with no tunnel between.</summary>
internal sealed class DaemonSide : IAsyncDisposable
{
    private readonly SessionHost? owned;
    private readonly GrpcChannel channel;

    private DaemonSide(SessionHost? owned, MemoryConnection connection, SessionServices services)
    {
        this.owned = owned;
        Connection = connection;
        Services = services;
        channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new PipeStream(connection.Client)) },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
        });
    }

    public MemoryConnection Connection { get; }

    public SessionServices Services { get; }

    public CallInvoker Invoker => channel.CreateCallInvoker();

    /// <summary>Connects to a server of its own, or to the given one.</summary>
    public static Task<DaemonSide> OpenAsync(SessionContent content, CancellationToken cancellationToken, SessionHost? host = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var owned = host is null ? new SessionHost() : null;
        var services = new SessionServices(content);
        return Task.FromResult(new DaemonSide(owned, (host ?? owned!).Connect(services), services));
    }

    /// <summary>The status that a call ends with.</summary>
    public static async Task<Status> StatusAsync(Func<Task> call)
    {
        try
        {
            await call();
            return Status.DefaultSuccess;
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        if (owned is not null)
        {
            await owned.DisposeAsync();
        }
    }
}
