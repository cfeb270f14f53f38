using k8s;
using k8s.Models;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.BuildKit.Connections.Pods;

/// <summary>The pods of a Deployment that are ready.</summary>
internal static class ReadyPods
{
    /// <summary>Daemons of one Deployment that are looked at: far more than a build needs.</summary>
    private const int Most = 500;

    /// <summary>The addresses of its ready pods; at least one.</summary>
    /// <exception cref="DiagnosticException">There is no such Deployment (OFB2807), none of its pods is ready (OFB2818), or the cluster failed.</exception>
    public static async Task<IReadOnlyList<PodAddress>> FindAsync(Cluster cluster, PodAddress address, CancellationToken cancellationToken)
    {
        var space = address.Namespace ?? cluster.Settings.Namespace;
        var deployment = (await cluster.AskAsync(
            new ClusterRequest("get", "deployments", space),
            (api, token) => api.AppsV1.ReadNamespacedDeploymentAsync(address.Name, space, cancellationToken: token),
            null,
            cancellationToken))!;
        var pods = (await cluster.AskAsync(
            new ClusterRequest("list", "pods", space),
            (api, token) => api.CoreV1.ListNamespacedPodAsync(space, labelSelector: SelectorOf(deployment.Spec?.Selector), limit: Most, cancellationToken: token),
            null,
            cancellationToken))!;
        var all = pods.Items ?? [];
        PodAddress[] ready = [.. all.Where(IsReady).Select(pod => address with { IsDeployment = false, Name = pod.Metadata.Name, Namespace = space })];
        return ready.Length > 0 ? ready : throw KubernetesDiagnostics.NoReadyPod.With($"'{space}/{address.Name}'", cluster.Name, Describe(all)).ToException();
    }

    /// <summary>A label selector as requests write it. Every pod matches an empty one, so there has to be something.</summary>
    private static string SelectorOf(V1LabelSelector? selector)
    {
        var labels = (selector?.MatchLabels ?? new Dictionary<string, string>()).Select(pair => $"{pair.Key}={pair.Value}");
        var expressions = (selector?.MatchExpressions ?? []).Select(expression => expression.OperatorProperty switch
        {
            "In" => $"{expression.Key} in ({string.Join(',', expression.Values ?? [])})",
            "NotIn" => $"{expression.Key} notin ({string.Join(',', expression.Values ?? [])})",
            "Exists" => expression.Key,
            _ => "!" + expression.Key,
        });
        var text = string.Join(',', labels.Concat(expressions));
        return text.Length > 0 ? text : "!openfaas.build/none";
    }

    private static bool IsReady(V1Pod pod) =>
        pod.Metadata is { DeletionTimestamp: null, Name.Length: > 0 }
        && pod.Status is { Phase: "Running", Conditions: { } conditions }
        && conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    private static string Describe(IList<V1Pod> pods)
    {
        if (pods.Count == 0)
        {
            return "it has no pods";
        }

        var states = pods.Take(5).Select(pod => $"{pod.Metadata?.Name} is {(pod.Metadata?.DeletionTimestamp is null ? pod.Status?.Phase ?? "unknown" : "ending")}");
        return ForeignText.Phrase($"{string.Join(", ", states)}{(pods.Count > 5 ? ", …" : "")}");
    }
}
