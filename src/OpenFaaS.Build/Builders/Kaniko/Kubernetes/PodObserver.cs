namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>Keeps the last sight of the build's pod, and tells when it changes. Its end ends the watch.</summary>
internal sealed class PodObserver : IAsyncDisposable
{
    private readonly CancellationTokenSource stop;
    private readonly TimeProvider time;
    private readonly Task watching;
    private volatile TaskCompletionSource changed = NewSource();
    private volatile PodSight last = PodSight.None;

    public PodObserver(PodWatch watch, TimeProvider time, CancellationToken cancellationToken)
    {
        this.time = time;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        watching = WatchAsync(watch, stop.Token);
    }

    /// <summary>What was seen last.</summary>
    public PodSight Last => last;

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
        while (last is var known && !known.IsEnded)
        {
            await ChangeAsync(known, TimeSpan.FromMinutes(1), cancellationToken);
        }

        return last;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task WatchAsync(PodWatch watch, CancellationToken cancellationToken)
    {
        await foreach (var sight in watch.SightsAsync(cancellationToken))
        {
            // Nothing that comes after its end changes how it ended.
            if (!last.IsEnded || (sight.IsGone && !last.IsGone && last.Terminated is null && last.PodReason is null))
            {
                last = sight;
                var told = changed;
                changed = NewSource();
                told.TrySetResult();
            }
        }
    }
}
