using System.Net;
using k8s;
using k8s.Models;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>A build's Job with its Secret and ConfigMap: made in an order in which nothing can be left without an owner, and taken away again.</summary>
internal sealed class ClusterJob(Cluster cluster, string space, JobNames names, KanikoRun run, JobLimits limits, TimeProvider time)
{
    private readonly JobObjects objects = new(names, run);
    private readonly IBuildLog log = run.Build.Log;
    private bool isBegun;

    /// <summary>The Job as the cluster has it.</summary>
    public V1Job? Made { get; private set; }

    /// <summary>Makes the Job, and what its pod waits for.</summary>
    /// <exception cref="DiagnosticException">The cluster refuses it, or failed.</exception>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        isBegun = true;

        // A request that is given up is carried out all the same, and maybe after the deletion that would have had to find what it makes.
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var cancelled = cancellationToken.Register(() => limit.CancelAfter(limits.Creating));
        Made = await EnsureAsync(
            "jobs",
            (api, token) => api.BatchV1.CreateNamespacedJobAsync(objects.Job(), space, cancellationToken: token),
            (api, token) => api.BatchV1.ReadNamespacedJobAsync(names.Name, space, cancellationToken: token),
            limit.Token);
        cancellationToken.ThrowIfCancellationRequested();
        await EnsureAsync(
            "secrets",
            (api, token) => api.CoreV1.CreateNamespacedSecretAsync(objects.Secret(Made), space, cancellationToken: token),
            null,
            limit.Token);
        cancellationToken.ThrowIfCancellationRequested();
        await EnsureAsync(
            "configmaps",
            (api, token) => api.CoreV1.CreateNamespacedConfigMapAsync(objects.Inputs(Made), space, cancellationToken: token),
            null,
            limit.Token);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The Job as it is now; null if it is gone, and where another one has its name.</summary>
    public async Task<V1Job?> ReadAsync(CancellationToken cancellationToken)
    {
        var found = await cluster.AskAsync(
            new ClusterRequest("get", "jobs", space),
            (api, token) => api.BatchV1.ReadNamespacedJobAsync(names.Name, space, cancellationToken: token),
            null,
            cancellationToken,
            HttpStatusCode.NotFound);
        return Made is null || found?.Metadata?.Uid == Made.Metadata?.Uid ? found : null;
    }

    /// <summary>Takes everything away; a failure is a warning.</summary>
    /// <param name="isWaiting">Whether it has to be gone when this returns, within bounds: steps may still run.</param>
    public async Task DeleteAsync(bool isWaiting)
    {
        if (!isBegun)
        {
            return;
        }

        // The build's own token is cancelled already when it matters most.
        using var limit = new CancellationTokenSource(limits.Gone, time);
        try
        {
            try
            {
                await DeleteAsync("secrets", (api, token) => api.CoreV1.DeleteNamespacedSecretAsync(names.Name, space, cancellationToken: token), limit.Token);
                await DeleteAsync("configmaps", (api, token) => api.CoreV1.DeleteNamespacedConfigMapAsync(names.Name, space, cancellationToken: token), limit.Token);
            }
            finally
            {
                await DeleteAsync("jobs", (api, token) => api.BatchV1.DeleteNamespacedJobAsync(names.Name, space, Foreground(), cancellationToken: token), limit.Token);
            }

            while (isWaiting && await ReadAsync(limit.Token) is not null)
            {
                await Task.Delay(limits.Tick, time, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Report("they were not gone in time");
        }
        catch (DiagnosticException e)
        {
            Report(e.Diagnostics[0].Message.TrimEnd('.'));
        }
    }

    private void Report(string why) =>
        log.Report(KubernetesJobDiagnostics.LeftBehind.With(names.Name, space, cluster.Name, why).At(run.Build.Function.Origin));

    // An answer that was lost makes the second attempt find what the first has made.
    private async Task<T> EnsureAsync<T>(
        string resource, Func<IKubernetes, CancellationToken, Task<T>> create, Func<IKubernetes, CancellationToken, Task<T>>? read, CancellationToken cancellationToken)
        where T : class
    {
        var made = await cluster.AskAsync(new ClusterRequest("create", resource, space), create, log, cancellationToken, HttpStatusCode.Conflict);
        return made is not null || read is null ? made! : (await cluster.AskAsync(new ClusterRequest("get", resource, space), read, log, cancellationToken))!;
    }

    // One that cannot be deleted leaves time for the others.
    private async Task DeleteAsync<T>(string resource, Func<IKubernetes, CancellationToken, Task<T>> delete, CancellationToken cancellationToken)
        where T : class =>
        await cluster.AskAsync(new ClusterRequest("delete", resource, space) { Patience = limits.Gone / 4 }, delete, null, cancellationToken, HttpStatusCode.NotFound, HttpStatusCode.Conflict);

    // A Job of the same name that is another one's is left alone (409). Ours stays until its pod is gone, and with it the step that runs.
    private V1DeleteOptions Foreground() => new()
    {
        PropagationPolicy = "Foreground",
        Preconditions = Made is { Metadata.Uid: { } uid } ? new V1Preconditions { Uid = uid } : null,
    };
}
