namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>
/// Opens the first connection at once. Compiled to native code, gRPC takes longer to make its first call than most daemons to be connected to, and
/// would begin to connect only then.
/// </summary>
internal sealed class EarlyConnection : IAsyncDisposable
{
    private const int Fresh = 0;
    private const int Taken = 1;
    private const int Ended = 2;

    private readonly IBuildKitTransport transport;
    private readonly Task<Stream> opened;
    private int state;

    /// <param name="transport">The way.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public EarlyConnection(IBuildKitTransport transport, CancellationToken cancellationToken)
    {
        this.transport = transport;
        opened = Task.Run(async () => await transport.ConnectAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Ends with the first connection, and fails as it does.</summary>
    public Task Opened => opened;

    /// <summary>The first connection, and after it new ones.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The daemon cannot be reached.</exception>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var before = Interlocked.CompareExchange(ref state, Taken, Fresh);

        // A pool of connections may still ask when it has been closed.
        ObjectDisposedException.ThrowIf(before == Ended, this);
        return before == Fresh ? await opened : await transport.ConnectAsync(cancellationToken);
    }

    /// <summary>Closes the first connection if nobody has taken it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref state, Ended) == Fresh)
        {
            await ((Task)opened).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opened.IsCompletedSuccessfully)
            {
                await (await opened).DisposeAsync();
            }
        }
    }
}
