using k8s.Models;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>What is seen of the build's pod.</summary>
/// <param name="Pod">The pod as it was seen last; null where none has been seen yet.</param>
/// <param name="IsGone">Whether it has been there and is no more.</param>
internal sealed record PodSight(V1Pod? Pod, bool IsGone)
{
    private const long LongestGrace = 24 * 60 * 60;

    /// <summary>Whether it is being deleted, and its node should have told its end long ago.</summary>
    public bool IsLost { get; init; }

    /// <summary>Nothing yet.</summary>
    public static PodSight None { get; } = new(null, false);

    /// <summary>The executor's state; null where the node has told nothing of it.</summary>
    public V1ContainerState? State => Pod?.Status?.ContainerStatuses?.FirstOrDefault(status => status.Name == JobObjects.Container)?.State;

    /// <summary>How the executor ended; null while it has not.</summary>
    public V1ContainerStateTerminated? Terminated => State?.Terminated;

    /// <summary>Why the pod itself ended, where it was not the executor's end: <c>Evicted</c>.</summary>
    public string? PodReason => Pod?.Status is { Phase: "Failed", Reason: { Length: > 0 } reason } ? reason : null;

    /// <summary>How long its node may take to end it, once somebody has it deleted; null where nobody has.</summary>
    public TimeSpan? Grace => Pod?.Metadata is { DeletionTimestamp: not null } metadata ? TimeSpan.FromSeconds(Math.Clamp(metadata.DeletionGracePeriodSeconds ?? 0, 0, LongestGrace)) : null;

    /// <summary>Whether nothing more will come of it.</summary>
    public bool IsEnded => IsGone || IsLost || Terminated is not null || Pod?.Status?.Phase is "Failed" or "Succeeded";

    /// <summary>Why the executor does not run yet: a reason of the container, or <c>Unschedulable</c>; null where nothing is said.</summary>
    public (string Reason, string Message)? Obstacle =>
        State?.Waiting is { Reason: { Length: > 0 } reason } waiting && reason is not ("ContainerCreating" or "PodInitializing") ? (reason, waiting.Message ?? "")
        : Pod?.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False" }) is { } condition ? (condition.Reason ?? "Unschedulable", condition.Message ?? "")
        : null;
}
