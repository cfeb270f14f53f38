using System.Globalization;
using k8s.Models;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>Waits until the executor runs, and gives up early where waiting does not help.</summary>
internal sealed class JobStart(Cluster cluster, string space, ClusterJob job, JobNames names, string image, PodObserver observer, IBuildLog log, JobLimits limits, TimeProvider time)
{
    private const string Pulling = "Pulling";
    private static readonly string[] ImageReasons = ["ErrImagePull", "ImagePullBackOff", "ImageInspectError", "RegistryUnavailable"];
    private static readonly string[] PullReasons = [Pulling, "Failed", "BackOff"];

    // What an autoscaler notes about a pod for which it adds a node: Kubernetes' own, and Karpenter with those that are made of it.
    private static readonly string[] ScaleUpReasons = ["TriggeredScaleUp", "Nominated"];
    private static readonly string[] HopelessReasons = ["InvalidImageName", "ErrImageNeverPull"];

    private readonly ClusterEvents events = new(cluster, space);
    private string shown = "";

    /// <summary>The pod with its executor running, or ended already.</summary>
    /// <exception cref="DiagnosticException">It will not run (OFB2830-2834).</exception>
    public async Task<PodSight> RunningAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var (obstacle, since) = ("", begun);
        while (true)
        {
            var sight = observer.Last;
            if (sight.State?.Running is not null || sight.IsEnded)
            {
                return sight;
            }

            var kind = KindOf(sight);
            (obstacle, since) = kind == obstacle ? (obstacle, since) : (kind, time.GetTimestamp());
            await FailIfHopelessAsync(sight, kind, time.GetElapsedTime(since), time.GetElapsedTime(begun), cancellationToken);
            Tell(sight);
            await observer.ChangeAsync(sight, limits.Tick, cancellationToken);
        }
    }

    private static string KindOf(PodSight sight) => sight.Pod is null ? "none" : sight.Obstacle is not var (reason, _) ? ""
        : ImageReasons.Contains(reason, StringComparer.Ordinal) || HopelessReasons.Contains(reason, StringComparer.Ordinal) ? "image"
        : sight.State is null ? "node"
        : "creation";

    private async Task FailIfHopelessAsync(PodSight sight, string kind, TimeSpan stuck, TimeSpan total, CancellationToken cancellationToken)
    {
        var name = $"'{space}/{sight.Pod?.Metadata?.Name ?? names.Name}'";
        if (kind == "none" && stuck >= limits.NoPod)
        {
            var noted = await events.OfAsync(job.Made?.Metadata?.Uid, cancellationToken);
            if (noted.Any(item => item.Reason == "FailedCreate"))
            {
                throw KubernetesJobDiagnostics.NoPod.With($"'{space}/{names.Name}'", ClusterEvents.Describe(noted)).ToException();
            }
        }
        else if (kind == "image" && (HopelessReasons.Contains(sight.Obstacle!.Value.Reason, StringComparer.Ordinal) || (stuck >= limits.ImagePull && !IsPulling(await OfPodAsync(sight, cancellationToken)))))
        {
            throw KubernetesJobDiagnostics.ImageNotPulled.With(image, name, await WhyAsync(sight, cancellationToken)).ToException();
        }
        else if (kind == "node" && stuck >= limits.Unschedulable && !(await OfPodAsync(sight, cancellationToken)).Any(item => ScaleUpReasons.Contains(item.Reason, StringComparer.Ordinal)))
        {
            throw KubernetesJobDiagnostics.NotScheduled.With(name, Seconds(stuck), await WhyAsync(sight, cancellationToken)).ToException();
        }
        else if (kind == "creation" && stuck >= limits.Creation)
        {
            throw KubernetesJobDiagnostics.NotStarted.With(name, await WhyAsync(sight, cancellationToken)).ToException();
        }

        if (total >= limits.Start)
        {
            throw KubernetesJobDiagnostics.StartTooSlow.With(name, Seconds(total), await WhyAsync(sight, cancellationToken)).ToException();
        }
    }

    // The pod's state tells the last failure still, while the node pulls the image again.
    private static bool IsPulling(IReadOnlyList<Corev1Event> events)
    {
        var last = events.Where(item => PullReasons.Contains(item.Reason, StringComparer.Ordinal)).GroupBy(ClusterEvents.TimeOf).MaxBy(group => group.Key);
        return last?.All(item => item.Reason == Pulling) == true;
    }

    private Task<IReadOnlyList<Corev1Event>> OfPodAsync(PodSight sight, CancellationToken cancellationToken) =>
        events.OfAsync(sight.Pod?.Metadata?.Uid, cancellationToken);

    private async Task<string> WhyAsync(PodSight sight, CancellationToken cancellationToken)
    {
        var state = sight.Obstacle is var (reason, message) ? ForeignText.Phrase($"{reason}: {message}").TrimEnd(':', ' ') : "the cluster gives no reason";
        var noted = ClusterEvents.Describe(sight.Pod is null ? await events.OfAsync(job.Made?.Metadata?.Uid, cancellationToken) : await OfPodAsync(sight, cancellationToken));
        return noted.Length > 0 ? $"{state} (last events: {noted})" : state;
    }

    // A cluster that makes people wait says for what.
    private void Tell(PodSight sight)
    {
        var text = sight.Obstacle is var (reason, message) ? ForeignText.Phrase($"{reason}: {message}").TrimEnd(':', ' ') : "";
        if (text.Length > 0 && text != shown)
        {
            log.Message(MessageImportance.Normal, $"The pod of {names.Name} waits: {text}");
        }

        shown = text;
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
}
