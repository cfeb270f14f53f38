using System.Collections.Concurrent;

namespace OpenFaaS.Build.BuildKit.Connections.Stdio;

/// <summary>
/// What all ways through a program have in common: their end ends at once what is being opened and what is open. .NET's HTTP client closes its connections
/// in the background, and goes on connecting for a while after a call is cancelled; programs may not be left to that.
/// </summary>
internal abstract class DialledTransport : IBuildKitTransport
{
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentQueue<Stream> streams = new();

    public abstract string Address { get; }

    public abstract TimeSpan OpeningTime { get; }

    public bool StartsProgram => true;

    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closing.Token);
        var stream = await DialAsync(both.Token);
        streams.Enqueue(stream);
        if (closing.IsCancellationRequested)
        {
            await stream.DisposeAsync();
        }

        both.Token.ThrowIfCancellationRequested();
        return stream;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        while (streams.TryDequeue(out var stream))
        {
            await stream.DisposeAsync();
        }
    }

    /// <summary>Opens one connection; its stream may be disposed more than once.</summary>
    protected abstract Task<Stream> DialAsync(CancellationToken cancellationToken);
}
