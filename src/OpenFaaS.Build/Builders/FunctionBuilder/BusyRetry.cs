using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using Polly;
using Polly.Retry;

namespace OpenFaaS.Build.Builders.FunctionBuilder;

/// <summary>Waits for a busy builder: exponential backoff with jitter, or the wait that it asks for, up to a bound of all waits.</summary>
internal sealed class BusyRetry(BuilderLimits limits, IBuildLog log, string address)
{
    /// <summary>Runs an operation that may be repeated from its start.</summary>
    /// <exception cref="DiagnosticException">The builder is still busy at the end, or asks for a longer wait than allowed.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> operation, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = limits.Time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                Delay = limits.FirstWait,
                MaxDelay = limits.LongestWait,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = attempt => ValueTask.FromResult(
                    attempt.Outcome.Exception is BusyBuilderException busy && waited + (busy.RetryAfter ?? limits.FirstWait) <= limits.TotalWait),
                DelayGenerator = attempt => ValueTask.FromResult((attempt.Outcome.Exception as BusyBuilderException)?.RetryAfter),
                OnRetry = attempt =>
                {
                    waited += attempt.RetryDelay;
                    log.Message(MessageImportance.High, string.Create(
                        CultureInfo.InvariantCulture, $"The OpenFaaS builder at {address} is busy ({attempt.Outcome.Exception!.Message}). Trying again in {attempt.RetryDelay.TotalSeconds:0.0} s."));
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
        try
        {
            await pipeline.ExecuteAsync(async token => await operation(token), cancellationToken);
        }
        catch (BusyBuilderException busy)
        {
            var asked = busy.RetryAfter is { } wait ? string.Create(CultureInfo.InvariantCulture, $" and asks to wait {Math.Ceiling(wait.TotalSeconds)} s") : "";
            throw busy.ToDiagnostic(address, asked, string.Create(CultureInfo.InvariantCulture, $"{waited.TotalSeconds:0} s"));
        }
    }
}
