using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>Runs a solve, and once more if the daemon was lost before any step ran and any output came: nothing can have been done twice then.</summary>
internal sealed class SolveRetry(SolvePlan plan, TimeProvider time)
{
    /// <summary>Time for a daemon to come back.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>An attempt that took longer may have ended because the daemon was silent; another one would be as silent, and as long.</summary>
    private static readonly TimeSpan LongestLost = TimeSpan.FromSeconds(10);

    /// <summary>Runs it.</summary>
    /// <param name="attempt">One attempt.</param>
    /// <param name="begin">Makes the progress of an attempt.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">The last attempt failed.</exception>
    public async Task<SolveResult> RunAsync(
        Func<SolveProgress, CancellationToken, Task<SolveResult>> attempt, Func<SolveProgress> begin, CancellationToken cancellationToken)
    {
        var progress = begin();
        var started = time.GetTimestamp();
        try
        {
            try
            {
                return await attempt(progress, cancellationToken);
            }
            catch (DaemonLostException lost) when (IsUndone(progress) && time.GetElapsedTime(started) < LongestLost && !cancellationToken.IsCancellationRequested)
            {
                plan.Session.Log.Message(
                    MessageImportance.High, "The BuildKit daemon was lost before any step ran; trying once more. " + lost.Told.Diagnostics[0].Message);
            }

            await Task.Delay(Pause, time, cancellationToken);
            progress = begin();
            return await attempt(progress, cancellationToken);
        }
        catch (DaemonLostException lost)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw lost.Leave(IsUndone(progress));
        }
    }

    // The progress may be behind: an output can come before it is told that steps have run.
    private bool IsUndone(SolveProgress progress) => !progress.HasRunSteps && !plan.Session.Outputs.Any(output => output.HasBegun);
}
