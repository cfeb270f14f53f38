namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>How long a cluster may take for what it does on the way to a running executor, and after it.</summary>
internal sealed record JobLimits
{
    /// <summary>Time in which a Job has to get a pod, once the cluster has said that it cannot make one.</summary>
    public TimeSpan NoPod { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time without a node that fits: clusters that add nodes by themselves say so a moment later.</summary>
    public TimeSpan Unschedulable { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Time in which a node may fail to pull the image: a registry that is busy answers the second or third time, which nodes begin 10 and 30 s after the first.
    /// </summary>
    public TimeSpan ImagePull { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Time in which a node may fail to create the container: the Secret is made a moment after the Job.</summary>
    public TimeSpan Creation { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time from the Job to the running executor in all.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time for a creation that is under way when the build is cancelled: what is made by it can be deleted only when it is there.</summary>
    public TimeSpan Creating { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for which the API server may be away while the pod is watched: an executor that runs does not need it, and its work is not thrown away.</summary>
    public TimeSpan Outage { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time in which the executor's end has to be known after the context could not be sent.</summary>
    public TimeSpan End { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time beyond its grace period in which the node of a pod that is deleted has to tell its end: a node that is lost never does.</summary>
    public TimeSpan Deletion { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for the rest of the log, after the executor has ended.</summary>
    public TimeSpan LogRest { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time in which everything has to be gone after a build that was cancelled or failed.</summary>
    public TimeSpan Gone { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the cluster is looked at where it tells nothing by itself.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);
}
