namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>Keeps the last sight of the build's pod, and tells when it changes. Its end ends the watch.</summary>
internal sealed class PodObserver : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource stop;
    private readonly TimeProvider time;
    private readonly TimeSpan deletion;
    private readonly Task watching;
    private volatile TaskCompletionSource changed = NewSource();
    private volatile PodSight last = PodSight.None;
    private long deleted;

    /// <param name="watch">What is watched.</param>
    /// <param name="deletion">Time beyond the grace period in which the end of a pod that is deleted has to be seen.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public PodObserver(PodWatch watch, TimeSpan deletion, TimeProvider time, CancellationToken cancellationToken)
    {
        (this.deletion, this.time) = (deletion, time);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        watching = WatchAsync(watch, stop.Token);
    }

    /// <summary>What was seen last.</summary>
    public PodSight Last => last is { IsEnded: false } known && Left(known) <= TimeSpan.Zero ? known with { IsLost = true } : last;

    /// <summary>Waits until something changes, or for a time.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The watch failed.</exception>
    public async Task ChangeAsync(PodSight known, TimeSpan limit, CancellationToken cancellationToken)
    {
        var next = changed.Task;
        if (last != known)
        {
            return;
        }

        var first = await Task.WhenAny(next, watching, Task.Delay(limit, time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (first == watching)
        {
            await watching;
        }
    }

    /// <summary>Waits until nothing more will come of the pod.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The watch failed.</exception>
    public async Task<PodSight> EndAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var known = Last;
            if (known.IsEnded)
            {
                return known;
            }

            var left = Left(known) ?? Longest;
            await ChangeAsync(known, TimeSpan.FromMilliseconds(Math.Clamp(left.TotalMilliseconds + 1, 1, Longest.TotalMilliseconds)), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Counted from when it was seen: the time that stands in the pod is that of another clock.
    private TimeSpan? Left(PodSight sight) => sight.Grace is { } grace && Interlocked.Read(ref deleted) is not 0 and var from ? grace + deletion - time.GetElapsedTime(from) : null;

    private async Task WatchAsync(PodWatch watch, CancellationToken cancellationToken)
    {
        await foreach (var sight in watch.SightsAsync(cancellationToken))
        {
            // Nothing that comes after its end changes how it ended.
            if (!last.IsEnded || (sight.IsGone && !last.IsGone && last.Terminated is null && last.PodReason is null))
            {
                if (sight.Grace is not null)
                {
                    Interlocked.CompareExchange(ref deleted, time.GetTimestamp(), 0);
                }

                last = sight;
                var told = changed;
                changed = NewSource();
                told.TrySetResult();
            }
        }
    }
}
