using System.Net;
using k8s;
using k8s.Models;
using OpenFaaS.Build.Integration.Tests.Kubernetes;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>What a function's builds have in the cluster, be it the double or a real one.</summary>
internal sealed class SceneObjects(TestCluster cluster, string function, CancellationToken cancellationToken)
{
    private string Selector => "openfaas.build/function=" + function;

    /// <summary>Names of all Jobs, pods, Secrets and ConfigMaps.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync()
    {
        using var open = await cluster.OpenAsync(cancellationToken);
        var space = open.Settings.Namespace;
        var jobs = await JobsAsync(open);
        var pods = await ListAsync(open, "pods", (api, token) => api.CoreV1.ListNamespacedPodAsync(space, labelSelector: Selector, cancellationToken: token));
        var secrets = await ListAsync(open, "secrets", (api, token) => api.CoreV1.ListNamespacedSecretAsync(space, labelSelector: Selector, cancellationToken: token));
        var maps = await ListAsync(open, "configmaps", (api, token) => api.CoreV1.ListNamespacedConfigMapAsync(space, labelSelector: Selector, cancellationToken: token));
        return [.. jobs.Items.Concat<IMetadata<V1ObjectMeta>>(pods.Items).Concat(secrets.Items).Concat(maps.Items).Select(item => item.Metadata.Name)];
    }

    /// <summary>Deletes the Job as somebody else would.</summary>
    public async Task DeleteJobAsync()
    {
        using var open = await cluster.OpenAsync(cancellationToken);
        var (space, name) = (open.Settings.Namespace, (await JobsAsync(open)).Items.Single().Metadata.Name);
        await open.AskAsync(
            new ClusterRequest("delete", "jobs", space),
            (api, token) => api.BatchV1.DeleteNamespacedJobAsync(name, space, new V1DeleteOptions { PropagationPolicy = "Background" }, cancellationToken: token),
            null,
            cancellationToken,
            HttpStatusCode.NotFound);
    }

    private Task<V1JobList> JobsAsync(Cluster open) =>
        ListAsync(open, "jobs", (api, token) => api.BatchV1.ListNamespacedJobAsync(open.Settings.Namespace, labelSelector: Selector, cancellationToken: token));

    private async Task<T> ListAsync<T>(Cluster open, string resource, Func<IKubernetes, CancellationToken, Task<T>> list)
        where T : class => (await open.AskAsync(new ClusterRequest("list", resource, open.Settings.Namespace), list, null, cancellationToken))!;
}
