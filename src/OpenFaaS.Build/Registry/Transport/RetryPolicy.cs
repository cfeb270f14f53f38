using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using Polly;
using Polly.Retry;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>Repeats an operation after failures that may pass: exponential backoff with jitter, or the wait that the registry asks for.</summary>
internal sealed class RetryPolicy(RegistryOptions options)
{
    /// <summary>Runs an operation that may be repeated from its start.</summary>
    /// <exception cref="DiagnosticException">The failure is final, no attempt is left, or the registry asks for a longer wait than allowed.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = options.Time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = Math.Max(1, options.Limits.Attempts - 1),
                Delay = options.Limits.FirstWait,
                MaxDelay = options.Limits.LongestWait,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = attempt => ValueTask.FromResult(
                    attempt.Outcome.Exception is TransientRegistryException failure
                    && (!failure.Once || attempt.AttemptNumber == 0)
                    && waited + (failure.RetryAfter ?? TimeSpan.Zero) <= options.Limits.TotalWait),
                DelayGenerator = attempt => ValueTask.FromResult((attempt.Outcome.Exception as TransientRegistryException)?.RetryAfter),
                OnRetry = attempt =>
                {
                    waited += attempt.RetryDelay;
                    options.Log.Message(MessageImportance.Normal, Announce(attempt.Outcome.Exception!, attempt.RetryDelay));
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
        try
        {
            return await pipeline.ExecuteAsync(async token => await operation(token), cancellationToken);
        }
        catch (TransientRegistryException failure)
        {
            throw failure.Diagnostic.ToException(failure);
        }
    }

    private static string Announce(Exception failure, TimeSpan wait) =>
        string.Create(CultureInfo.InvariantCulture, $"{failure.Message} Trying again in {wait.TotalSeconds:0.0} s.");
}
