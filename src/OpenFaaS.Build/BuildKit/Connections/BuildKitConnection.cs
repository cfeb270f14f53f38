using Grpc.Core;
using Grpc.Net.Client;
using OpenFaaS.Build.BuildKit.Connections.Headers;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>One connection to a daemon, with all calls on it. Safe for concurrent use.</summary>
internal sealed class BuildKitConnection : IAsyncDisposable
{
    /// <summary>BuildKit's own bound of a message, both ways.</summary>
    private const int LargestMessage = 16 << 20;
    private const int StreamWindow = 1 << 20;

    private readonly IBuildKitTransport transport;
    private readonly EarlyConnection early;
    private readonly GrpcChannel channel;

    private BuildKitConnection(IBuildKitTransport transport, EarlyConnection early, GrpcChannel channel, DaemonInfo daemon)
    {
        (this.transport, this.early, this.channel, Daemon) = (transport, early, channel, daemon);
        Invoker = channel.CreateCallInvoker();
        Control = new ControlCalls(Invoker);
    }

    /// <summary>The address as messages name it.</summary>
    public string Address => transport.Address;

    /// <summary>The Docker Engine that this BuildKit is a part of; null for a daemon of its own.</summary>
    public EngineApi? Engine => transport.Engine is { } address ? new EngineApi(address) : null;

    /// <summary>Whether a connection to the daemon, or a session's stream, starts a program.</summary>
    public bool StartsProgram => transport.StartsProgram;

    /// <summary>Whether a session has a stream of its own; false where sessions go through <see cref="Invoker"/>.</summary>
    public bool HasSessionStreams => transport.HasSessionStreams;

    public DaemonInfo Daemon { get; }

    /// <summary>For clients of further services on this connection.</summary>
    public CallInvoker Invoker { get; }

    public ControlCalls Control { get; }

    /// <summary>Connects, and asks the daemon what it is.</summary>
    /// <param name="transport">The way; owned by the connection from now on, and ended if none comes about.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">The daemon cannot be reached or does not speak BuildKit's protocol.</exception>
    public static Task<BuildKitConnection> OpenAsync(IBuildKitTransport transport, CancellationToken cancellationToken) =>
        OpenAsync(transport, new ConnectionLimits(), cancellationToken);

    /// <summary>The same with other bounds.</summary>
    public static async Task<BuildKitConnection> OpenAsync(IBuildKitTransport transport, ConnectionLimits limits, CancellationToken cancellationToken)
    {
        var longest = limits.Connect + transport.OpeningTime;
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(longest);
        var early = new EarlyConnection(transport, timer.Token);
        var channel = ChannelOver(early, limits, longest);
        try
        {
            var daemon = await DaemonQuestions.AskAsync(new ControlCalls(channel.CreateCallInvoker()), transport, early.Opened, timer.Token);
            return new BuildKitConnection(transport, early, channel, daemon);
        }
        catch (Exception e)
        {
            var isLate = timer.IsCancellationRequested;
            await timer.CancelAsync();
            channel.Dispose();
            await early.DisposeAsync();
            await transport.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            if (isLate && e is not DiagnosticException)
            {
                throw BuildKitConnectionDiagnostics.Silent.With(transport.Address, longest.TotalSeconds).ToException(e);
            }

            throw;
        }
    }

    /// <summary>A stream for a session alone, where <see cref="HasSessionStreams"/>.</summary>
    /// <exception cref="DiagnosticException">The daemon cannot be reached, or gives none.</exception>
    public Task<Stream> OpenSessionAsync(Metadata headers, CancellationToken cancellationToken) => transport.OpenSessionAsync(headers, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await early.DisposeAsync();
        await transport.DisposeAsync();
    }

    private static GrpcChannel ChannelOver(EarlyConnection connections, ConnectionLimits limits, TimeSpan longestConnect)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = longestConnect,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            InitialHttp2StreamWindowSize = StreamWindow,

            // A daemon hears this only when it has been silent: its own question for the session's health comes every five seconds.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = limits.KeepAlive,
            KeepAlivePingTimeout = limits.KeepAliveAnswer,
            ConnectCallback = async (_, token) => new RepeatedHeaderStream(await connections.ConnectAsync(token)),
        };

        // The name stands in :authority, which daemons do not look at; the way is the transport's.
        return GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = LargestMessage,
            MaxSendMessageSize = LargestMessage,
            CompressionProviders = [],
        });
    }
}
