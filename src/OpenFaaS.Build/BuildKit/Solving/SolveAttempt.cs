using Grpc.Core;
using OpenFaaS.Build.BuildKit.Solving.Failures;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>One solve on one session, to its explicit end.</summary>
internal sealed class SolveAttempt(SolveLink link, SolvePlan plan, SolveProgress progress, TimeProvider time)
{
    private const string DigestKey = "containerimage.digest";

    /// <summary>Outputs that are images, and so have a digest.</summary>
    private static readonly IReadOnlyList<string> Images = ["image", "moby", "oci", "docker"];

    /// <summary>Runs it.</summary>
    /// <exception cref="DaemonLostException">The daemon went away.</exception>
    /// <exception cref="DiagnosticException">The build failed, or the daemon gives no session.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the daemon has been told.</exception>
    public async Task<SolveResult> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var request = SolveRequests.Of(plan, link.SessionId);
        var solving = link.Control.SolveAsync(request, stop.Token);
        await using var watch = new StatusWatch(link.Control, request.Ref, progress, time, stop.Token);
        try
        {
            var response = await AnswerAsync(solving, watch, cancellationToken);
            await watch.FinishAsync(failed: false);
            return Result(response, watch);
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // A daemon waits for a session less long than we wait for it to be opened; what comes of that says more.
            await link.WaitAsync(cancellationToken);
            await watch.FinishAsync(failed: true);
            progress.End();
            throw link.Failure() ?? DaemonLostException.Of(e, link.Address) ?? AccessFailure(e) ?? (Exception)new SolveFailure(plan, progress, link.Address).Of(e);
        }
        finally
        {
            // Resets the call where it still runs, which ends the running step.
            await stop.CancelAsync();
        }
    }

    private async Task<SolveResponse> AnswerAsync(Task<SolveResponse> answer, StatusWatch watch, CancellationToken cancellationToken)
    {
        if (await Task.WhenAny(answer, link.Lost) == answer)
        {
            return await answer;
        }

        _ = answer.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await link.Lost;
            throw DaemonLostException.Of("the session ended", link.Address);
        }
        catch (DiagnosticException lost)
        {
            // What has come by then is told; nothing more will come.
            await watch.StopAsync();
            progress.End();
            throw link.Failure() ?? (link.IsRefused ? lost : (Exception)new DaemonLostException(lost));
        }
    }

    private SolveResult Result(SolveResponse response, StatusWatch watch)
    {
        progress.End();
        if (link.Failure() is { } failure)
        {
            throw failure;
        }

        ReportAccess();
        if (plan.Exporter is { } exporter && Images.Contains(exporter.Type, StringComparer.Ordinal)
            && !Digest.TryParse(response.ExporterResponse.GetValueOrDefault(DigestKey), out _))
        {
            throw BuildKitSolveDiagnostics.NoDigest.With(link.Address).ToException();
        }

        if (watch.Broken is { } reason)
        {
            plan.Session.Log.Report(BuildKitSolveDiagnostics.ProgressLost.With(link.Address, reason));
        }

        return new SolveResult(new Dictionary<string, string>(response.ExporterResponse, StringComparer.Ordinal), progress.Bases, progress.Succeed(link.BytesSent()));
    }

    /// <summary>The failed access to a registry that the daemon's error comes from; null where it comes from something else.</summary>
    private DiagnosticException? AccessFailure(RpcException e)
    {
        // The daemon hands on what it was answered.
        if (link.FailedAccess().Where(access => e.Status.Detail.Contains(access.Descriptor.Code, StringComparison.Ordinal)).ToList() is { Count: > 0 } causes)
        {
            return new DiagnosticException(causes, e);
        }

        ReportAccess();
        return null;
    }

    private void ReportAccess()
    {
        foreach (var access in link.FailedAccess())
        {
            plan.Session.Log.Report(BuildKitSessionDiagnostics.AccessFailed.With($"{access.Descriptor.Code}: {access.Message.TrimEnd('.')}"));
        }
    }
}
