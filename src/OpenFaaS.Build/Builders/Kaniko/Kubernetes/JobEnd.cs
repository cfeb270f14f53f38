using System.Globalization;
using k8s.Models;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>Tells how a build ended: by its executor, or by what the cluster did to it.</summary>
internal sealed class JobEnd(ClusterJob job, string space, JobNames names, KanikoRun run, TimeSpan deadline)
{
    private const string OutOfMemory = "OOMKilled";
    private static readonly string[] StartReasons = ["StartError", "ContainerCannotRun"];

    /// <summary>The outcome of an executor that ended by itself.</summary>
    /// <exception cref="DiagnosticException">Something else ended it (OFB2833-2839).</exception>
    public async Task<KanikoOutcome> OfAsync(PodSight sight, CancellationToken cancellationToken)
    {
        var ended = sight.Terminated;
        if (ended is { ExitCode: 0 })
        {
            return new KanikoOutcome(0, ended.Message?.Trim() ?? "");
        }

        await FailIfEndedByClusterAsync(sight, cancellationToken);
        return ended is null ? throw Gone("nothing is known of its executor") : new KanikoOutcome(ended.ExitCode, "");
    }

    /// <summary>
    /// The outcome of an executor that failed for a reason of its own, although the connection to its input was lost: that was its end's doing then. One whose
    /// input was cut ends with 1 and says that it ended too soon; null then, and where it said nothing.
    /// </summary>
    public KanikoOutcome? OfItself(PodSight sight) =>
        sight.Terminated is { } ended && (ended.ExitCode > 1 || (run.Output.Errors is { Count: > 0 } errors && !errors.Any(line => line.Contains("EOF", StringComparison.Ordinal))))
            ? new KanikoOutcome(ended.ExitCode, "")
            : null;

    /// <summary>Throws where the cluster ended the build, rather than its executor itself.</summary>
    /// <exception cref="DiagnosticException">OFB2833-2839.</exception>
    public async Task FailIfEndedByClusterAsync(PodSight sight, CancellationToken cancellationToken)
    {
        var (ended, pod) = (sight.Terminated, $"'{space}/{sight.Pod?.Metadata?.Name ?? names.Name}'");
        if (sight.PodReason is "Evicted" || Disruption(sight) is not null)
        {
            var why = Disruption(sight) is { } condition ? $"{condition.Reason}: {condition.Message}" : sight.Pod!.Status.Message;
            throw KubernetesJobDiagnostics.Evicted.With(pod, ForeignText.Phrase(why), run.Output.Failure()).ToException();
        }

        if (ended?.Reason == OutOfMemory)
        {
            var limit = run.Build.Function.Builder.Engine.Kaniko.Pod.MemoryLimit;
            throw KubernetesJobDiagnostics.OutOfMemory.With(pod, limit is null ? "it has no limit of its own" : $"its limit is {limit}", run.Output.Failure()).ToException();
        }

        if (ended is not null && StartReasons.Contains(ended.Reason, StringComparer.Ordinal))
        {
            throw KubernetesJobDiagnostics.NotStarted.With(pod, ForeignText.Phrase($"{ended.Reason}: {ended.Message}")).ToException();
        }

        if (sight.IsGone || sight.PodReason is not null || sight.Pod?.Metadata?.DeletionTimestamp is not null)
        {
            await FailAsDeletedAsync(sight, cancellationToken);
        }
    }

    /// <summary>The deadline is over, by our own clock.</summary>
    public DiagnosticException TooLong() => KubernetesJobDiagnostics.DeadlineExceeded
        .With($"'{space}/{names.Name}'", deadline.TotalSeconds.ToString("0", CultureInfo.InvariantCulture), run.Output.Failure()).ToException();

    private static V1PodCondition? Disruption(PodSight sight) =>
        sight.Pod?.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "DisruptionTarget", Status: "True" });

    private async Task FailAsDeletedAsync(PodSight sight, CancellationToken cancellationToken)
    {
        if (sight.PodReason == "DeadlineExceeded")
        {
            throw TooLong();
        }

        // The controller deletes the pod first, and says why in the Job at the same time.
        var now = await job.ReadAsync(cancellationToken);
        if (now?.Status?.Conditions?.Any(condition => condition is { Type: "Failed" or "FailureTarget", Status: "True", Reason: "DeadlineExceeded" }) == true)
        {
            throw TooLong();
        }

        throw Gone(now is null || now.Metadata?.DeletionTimestamp is not null ? "somebody deleted it"
            : sight.PodReason is { } reason ? ForeignText.Phrase($"{reason}: {sight.Pod?.Status?.Message}").TrimEnd(':', ' ')
            : sight.IsLost ? "its pod was deleted, and the node does not tell that it ended"
            : "its pod was deleted");
    }

    private DiagnosticException Gone(string why) => KubernetesJobDiagnostics.Gone.With($"'{space}/{names.Name}'", why).ToException();
}
