using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>Runs solves: request, progress, errors. A warning is told once, however many solves of one solver repeat it. Safe for concurrent use.</summary>
/// <param name="sessions">Opens the sessions.</param>
/// <param name="time">The clock of waits; the system's by default.</param>
internal sealed class BuildKitSolver(SessionHost sessions, TimeProvider? time = null)
{
    private readonly WarningMemory told = new();

    /// <summary>Runs one solve to its explicit end. It is tried once more if the daemon was lost before any step ran.</summary>
    /// <param name="connection">The daemon.</param>
    /// <param name="plan">What is built.</param>
    /// <param name="trace">Takes up every step with its times; null where nobody wants a trace.</param>
    /// <param name="cancellationToken">Ends the running step at once.</param>
    /// <exception cref="DiagnosticException">A step failed (with exit code and last lines), the Dockerfile is wrong (with line), or the daemon was lost (a <see cref="DaemonLostException"/> is the cause then).</exception>
    public Task<SolveResult> RunAsync(BuildKitConnection connection, SolvePlan plan, SolveTrace? trace, CancellationToken cancellationToken)
    {
        var clock = time ?? TimeProvider.System;
        return new SolveRetry(plan, clock).RunAsync(
            async (progress, token) =>
            {
                var log = new SessionLog(plan.Session.Log);
                var session = await sessions.OpenAsync(connection, plan.Session with { Log = log, AccessFailed = log.ReportAccess });
                var link = SolveLink.Of(connection, session, log);
                var needsNoMore = false;
                try
                {
                    if (connection.StartsProgram)
                    {
                        // A login may take longer than the daemon waits for a session that a solve names.
                        await link.WaitAsync(token);
                    }

                    var result = await new SolveAttempt(link, plan, progress, clock).RunAsync(token);
                    needsNoMore = plan.Session.Outputs.Count == 0;
                    return result;
                }
                finally
                {
                    if (needsNoMore)
                    {
                        sessions.CloseInBackground(session);
                    }
                    else
                    {
                        // Calls of the daemon may still be writing to an output.
                        await CloseAsync(session, clock);
                    }
                }
            },
            () => new SolveProgress(plan, trace, told),
            cancellationToken);
    }

    private static async Task CloseAsync(Session session, TimeProvider clock)
    {
        try
        {
            await session.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5), clock);
        }
        catch (TimeoutException)
        {
            // A daemon that is not there cannot say goodbye; it drops the session by itself.
        }
    }
}
