using System.Collections.Concurrent;
using OpenFaaS.Build.BuildKit.Connections.Pods;
using OpenFaaS.Build.Kubernetes.Connections;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit.Endpoints;

/// <summary>
/// Puts the ready pods of Deployments in their place, so that each is an endpoint of its own: a function keeps its pod, and with it the pod's cache,
/// as long as it is there. Safe for concurrent use.
/// </summary>
/// <param name="environment">Environment variables by name.</param>
internal sealed class DeploymentEndpoints(Func<string, string?> environment) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Cluster>>> clusters = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource ending = new();

    /// <summary>The engine with an endpoint a pod; as it is where no Deployment is named.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The cluster, the Deployment or a ready pod of it is not there (OFB28xx).</exception>
    public async Task<EngineModel> ExpandAsync(EngineModel engine, CancellationToken cancellationToken)
    {
        var endpoints = engine.Endpoints.Count > 0 || environment("BUILDKIT_HOST") is not { } named || !PodAddress.NamesDeployment(named) ? engine.Endpoints : [named];
        if (!endpoints.Any(PodAddress.NamesDeployment))
        {
            return engine;
        }

        var expanded = new List<string>();
        foreach (var endpoint in endpoints)
        {
            expanded.AddRange(PodAddress.NamesDeployment(endpoint) ? await PodsAsync(PodAddress.Parse(endpoint), engine.AllowInsecure, cancellationToken) : [endpoint]);
        }

        return engine with { Endpoints = expanded };
    }

    public void Dispose()
    {
        ending.Cancel();
        foreach (var cluster in clusters.Values.Where(cluster => cluster is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }))
        {
            cluster.Value.Result.Dispose();
        }

        ending.Dispose();
    }

    // Asked for every function: pods come and go while a large publish runs.
    private async Task<IEnumerable<string>> PodsAsync(PodAddress deployment, bool allowInsecure, CancellationToken cancellationToken)
    {
        var opening = clusters.GetOrAdd(
            deployment.Context ?? "",
            _ => new Lazy<Task<Cluster>>(() => Cluster.OpenAsync(deployment.Context, allowInsecure, environment, TimeProvider.System, ending.Token)));
        var pods = await ReadyPods.FindAsync(await opening.Value.WaitAsync(cancellationToken), deployment, cancellationToken);
        return pods.Select(pod => pod.ToString());
    }
}
