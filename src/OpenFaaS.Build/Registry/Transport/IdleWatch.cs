namespace OpenFaaS.Build.Registry.Transport;

/// <summary>Cancels work that makes no progress. Not thread-safe beyond what one transfer needs.</summary>
internal sealed class IdleWatch(TimeSpan limit, CancellationToken cancellationToken) : IDisposable
{
    private readonly CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <summary>Cancelled by the caller or by standstill.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Whether standstill was the reason.</summary>
    public bool TimedOut => source.IsCancellationRequested && !cancellationToken.IsCancellationRequested;

    /// <summary>Starts the time anew.</summary>
    public IdleWatch Touch() => Touch(limit);

    /// <summary>Starts the time anew with another limit.</summary>
    public IdleWatch Touch(TimeSpan other)
    {
        source.CancelAfter(other);
        return this;
    }

    /// <summary>Stops the time: the next step is not the other side's.</summary>
    public void Pause() => source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
