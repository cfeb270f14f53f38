namespace OpenFaaS.Build.Model;

/// <summary>How Kaniko's executor is run.</summary>
public sealed record KanikoModel
{
    /// <summary>The executor's image, as the user wrote it; null where none is named.</summary>
    public string? Image { get; init; }

    /// <summary><c>docker</c>, <c>podman</c>, <c>executor</c> or <c>kubernetes</c>; null for what is there, which is never a cluster.</summary>
    public string? Runner { get; init; }

    /// <summary>The program itself: a full path, or a name that is looked for in <c>PATH</c>; null for the usual places.</summary>
    public string? Executor { get; init; }

    /// <summary>The network of the container that Docker or Podman runs the executor in; null for the engine's own.</summary>
    public string? Network { get; init; }

    /// <summary>What the executor knows beyond the original one: <c>heredoc</c>, <c>mount</c>. Nobody can ask it.</summary>
    public IReadOnlySet<string> Features { get; init; } = new HashSet<string>();

    /// <summary>Where and as what the executor runs in Kubernetes.</summary>
    public KanikoPodModel Pod { get; init; } = new();
}

/// <summary>The pod of an executor in Kubernetes; what is not given is left to the cluster.</summary>
public sealed record KanikoPodModel
{
    /// <summary>Longest run where nothing is said.</summary>
    public static TimeSpan UsualDeadline { get; } = TimeSpan.FromHours(1);

    /// <summary>The context of the kubeconfig; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The namespace; null for the context's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>The service account; null for the namespace's default one, whose token the pod does not get.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>Labels that a node must have.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = new Dictionary<string, string>();

    /// <summary>Taints of nodes that the pod tolerates.</summary>
    public IReadOnlyList<PodToleration> Tolerations { get; init; } = [];

    /// <summary>Labels of everything that is made for the build.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Requested CPUs, as Kubernetes writes quantities: <c>500m</c>.</summary>
    public string? CpuRequest { get; init; }

    /// <summary>Most CPUs.</summary>
    public string? CpuLimit { get; init; }

    /// <summary>Requested memory: <c>2Gi</c>.</summary>
    public string? MemoryRequest { get; init; }

    /// <summary>Most memory.</summary>
    public string? MemoryLimit { get; init; }

    /// <summary>How long the build may take, from the Job's beginning on; whole seconds, more than zero.</summary>
    public TimeSpan Deadline { get; init; } = UsualDeadline;

    /// <summary>Name of the Secret by which nodes pull the executor's image; null for none.</summary>
    public string? ImagePullSecret { get; init; }
}

/// <summary>A taint that is tolerated.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value; null for every value.</param>
/// <param name="Effect"><c>NoSchedule</c>, <c>PreferNoSchedule</c>, <c>NoExecute</c>; null for all.</param>
public sealed record PodToleration(string Key, string? Value, string? Effect);
