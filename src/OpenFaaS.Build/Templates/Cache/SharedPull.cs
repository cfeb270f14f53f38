namespace OpenFaaS.Build.Templates.Cache;

/// <summary>One pull that several callers wait for. A caller that is cancelled leaves the others alone; the last one to leave ends the pull.</summary>
internal sealed class SharedPull
{
    private readonly CancellationTokenSource end = new();
    private readonly Lazy<Task<PulledTemplates>> pull;
    private int callers;

    public SharedPull(Func<CancellationToken, Task<PulledTemplates>> start) => pull = new Lazy<Task<PulledTemplates>>(() => start(end.Token));

    /// <exception cref="OperationCanceledException">This caller was cancelled, or all before it were.</exception>
    public async Task<PulledTemplates> JoinAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref callers);
        try
        {
            return await pull.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (Interlocked.Decrement(ref callers) == 0 && !pull.Value.IsCompleted)
            {
                // Waited for, so that no git outlives the build.
                await end.CancelAsync();
                await Task.WhenAny(pull.Value);
            }
        }
    }
}
