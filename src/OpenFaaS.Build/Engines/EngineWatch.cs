namespace OpenFaaS.Build.Engines;

/// <summary>Watches an engine while it works on something long: one that no longer answers ends the work, however quiet the work itself may be.</summary>
internal static class EngineWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Runs the work; its token is cancelled when the engine does not answer a question for 20 s.</summary>
    /// <exception cref="EngineFailedException">The work failed, or the engine has stopped answering.</exception>
    public static async Task<T> RunAsync<T>(EngineApi api, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var silent = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, cancellationToken);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(api, silent, done.Token);
        try
        {
            return await work(either.Token);
        }
        catch (Exception e) when (silent.IsCancellationRequested && !cancellationToken.IsCancellationRequested && e is OperationCanceledException or EngineFailedException)
        {
            throw new EngineFailedException($"it has not answered for {Patience.TotalSeconds} s", e);
        }
        finally
        {
            await done.CancelAsync();
            await watch;
        }
    }

    private static async Task WatchAsync(EngineApi api, CancellationTokenSource silent, CancellationToken done)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pause, done);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(done);
                limit.CancelAfter(Patience);
                await api.PingAsync(limit.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or EngineFailedException)
        {
            if (!done.IsCancellationRequested)
            {
                await silent.CancelAsync();
            }
        }
    }
}
