using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using Polly;
using Polly.Retry;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>
/// Repeats a request after failures that may pass, for a time rather than a number of times: a server that is being restarted refuses at once. Exponential
/// backoff with jitter, or the wait that the server asks for.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class ClusterRetry(TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Runs a request that may be repeated.</summary>
    /// <param name="attempt">One attempt.</param>
    /// <param name="patience">How long, from the first failure on; an attempt that has begun, and its wait, may end later.</param>
    /// <param name="log">Where repetitions are reported; null for nowhere.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">The failure is final, or the time is over.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, TimeSpan patience, IBuildLog? log, CancellationToken cancellationToken)
    {
        var bearing = new Bearing(patience, time);
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                Delay = FirstWait,
                MaxDelay = LongestWait,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome.Exception is TransientClusterException failure && bearing.Bears(failure)),
                DelayGenerator = outcome => ValueTask.FromResult((outcome.Outcome.Exception as TransientClusterException)?.RetryAfter),
                OnRetry = outcome =>
                {
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

    /// <summary>What is left of the patience with one request.</summary>
    private sealed class Bearing(TimeSpan patience, TimeProvider time)
    {
        private long? first;
        private bool wasRefused;

        /// <summary>Whether another attempt is made after a failure.</summary>
        public bool Bears(TransientClusterException failure)
        {
            if (failure.Once)
            {
                (var isFirst, wasRefused) = (!wasRefused, true);
                return isFirst;
            }

            first ??= time.GetTimestamp();
            return time.GetElapsedTime(first.Value) + (failure.RetryAfter ?? TimeSpan.Zero) <= patience;
        }
    }
}
