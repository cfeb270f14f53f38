namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>What is asked of a cluster, in the words of its access rules.</summary>
/// <param name="Verb"><c>create</c>, <c>get</c>, <c>list</c>, <c>watch</c>, <c>delete</c>.</param>
/// <param name="Resource"><c>jobs</c>, <c>pods/log</c>.</param>
/// <param name="Namespace">The namespace.</param>
internal sealed record ClusterRequest(string Verb, string Resource, string Namespace)
{
    /// <summary>How long failures that may pass are borne, from the first one on: the usual time is that in which a control plane is restarted.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);
}
