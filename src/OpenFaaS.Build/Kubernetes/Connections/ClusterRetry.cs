using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using Polly;
using Polly.Retry;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>Repeats a request after failures that may pass: exponential backoff with jitter, or the wait that the server asks for.</summary>
/// <param name="time">The clock.</param>
internal sealed class ClusterRetry(TimeProvider time)
{
    private const int Attempts = 6;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TotalWait = TimeSpan.FromMinutes(1);

    /// <summary>Runs a request that may be repeated.</summary>
    /// <exception cref="DiagnosticException">The failure is final, or no attempt is left.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, IBuildLog? log, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = Attempts - 1,
                Delay = FirstWait,
                MaxDelay = LongestWait,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = outcome => ValueTask.FromResult(
                    outcome.Outcome.Exception is TransientClusterException failure
                    && (!failure.Once || outcome.AttemptNumber == 0)
                    && waited + (failure.RetryAfter ?? TimeSpan.Zero) <= TotalWait),
                DelayGenerator = outcome => ValueTask.FromResult((outcome.Outcome.Exception as TransientClusterException)?.RetryAfter),
                OnRetry = outcome =>
                {
                    waited += outcome.RetryDelay;
                    log?.Message(MessageImportance.Normal, string.Create(
                        CultureInfo.InvariantCulture, $"{outcome.Outcome.Exception!.Message} Trying again in {outcome.RetryDelay.TotalSeconds:0.0} s."));
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
        try
        {
            return await pipeline.ExecuteAsync(async token => await attempt(token), cancellationToken);
        }
        catch (TransientClusterException failure)
        {
            throw failure.Diagnostic.ToException(failure);
        }
    }
}
