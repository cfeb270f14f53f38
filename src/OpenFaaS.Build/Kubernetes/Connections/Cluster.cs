using System.Net;
using k8s;
using k8s.Autorest;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Commands;
using OpenFaaS.Build.Kubernetes.Configuration;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>A cluster, through its API server. Safe for concurrent use.</summary>
internal sealed class Cluster : IDisposable
{
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(30);
    private readonly ClusterClients clients;
    private readonly ClusterCredentials credentials;
    private readonly ClusterFailure failure;
    private readonly ClusterRetry retry;
    private readonly TimeProvider time;

    private Cluster(ClusterSettings settings, TimeProvider time)
    {
        (Settings, this.time) = (settings, time);
        var trust = new ClusterTrust(settings);
        credentials = new ClusterCredentials(settings, time);
        failure = new ClusterFailure(settings, credentials, trust);
        retry = new ClusterRetry(time);
        clients = new ClusterClients(settings, credentials, trust);
    }

    /// <summary>How it is reached.</summary>
    public ClusterSettings Settings { get; }

    /// <summary>The API server's address as messages name it.</summary>
    public string Name => Settings.Name;

    /// <summary>Finds a cluster and prepares for it; nothing is asked of it yet.</summary>
    /// <param name="context">Context of the kubeconfig; null for the current one.</param>
    /// <param name="allowInsecure">Whether plain http to another machine is allowed.</param>
    /// <param name="environment">Environment variables by name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">There is none, or its kubeconfig cannot be used (OFB280x, OFB2810).</exception>
    public static Task<Cluster> OpenAsync(string? context, bool allowInsecure, Func<string, string?> environment, TimeProvider time, CancellationToken cancellationToken) =>
        ClusterSupport.IsAvailable
            ? FindAsync(context, allowInsecure, environment, time, cancellationToken)
            : throw new PlatformNotSupportedException("This worker has no client of clusters; the portable one has.");

    /// <summary>Prepares for a cluster that is found already; nothing is asked of it yet.</summary>
    /// <exception cref="DiagnosticException">Its credentials cannot be used (OFB2801, OFB2803), or it speaks plain http (OFB2810).</exception>
    public static async Task<Cluster> OfAsync(ClusterSettings settings, bool allowInsecure, TimeProvider time, CancellationToken cancellationToken)
    {
        if (settings.Server.Scheme != Uri.UriSchemeHttps && !allowInsecure && !Registry.Transport.AddressPolicy.IsLoopback(settings.Server))
        {
            throw KubernetesDiagnostics.PlainRefused.With(settings.Name).ToException();
        }

        var cluster = new Cluster(settings, time);
        try
        {
            // Credentials that cannot be used are told before the first request.
            cluster.clients.Take(await cluster.credentials.CurrentAsync(cancellationToken)).Dispose();
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Asks once, and again after failures that may pass; each attempt may take 30 s.</summary>
    /// <param name="request">What is asked, for messages.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="log">Where repetitions are reported; null for nowhere.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="answers">Statuses that are an answer rather than a failure: null is returned then.</param>
    /// <exception cref="DiagnosticException">It failed (OFB2804-2809).</exception>
    public Task<T?> AskAsync<T>(
        ClusterRequest request, Func<IKubernetes, CancellationToken, Task<T>> ask, IBuildLog? log, CancellationToken cancellationToken, params HttpStatusCode[] answers)
        where T : class => retry.RunAsync(
        async token =>
        {
            var used = await credentials.CurrentAsync(token);
            using var lease = clients.Take(used);
            using var limit = new CancellationTokenSource(AttemptLimit, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, token);
            try
            {
                return await ask(lease.Client, both.Token);
            }
            catch (HttpOperationException e) when (e.Response is { } response && answers.Contains(response.StatusCode))
            {
                return null;
            }
            catch (Exception e) when (ClusterFailure.Explains(e, token))
            {
                throw failure.Of(e, request, used);
            }
        },
        request.Patience,
        log,
        cancellationToken);

    /// <summary>Opens an answer that comes piece by piece: a watch, or a log that is followed. The caller disposes it.</summary>
    /// <param name="request">What is asked, for messages.</param>
    /// <param name="path">Path and query below the server's address.</param>
    /// <param name="log">Where repetitions are reported; null for nowhere.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="answers">Statuses that are an answer rather than a failure: null is returned then.</param>
    /// <exception cref="DiagnosticException">It failed (OFB2804-2809).</exception>
    public Task<HttpResponseMessage?> OpenAsync(ClusterRequest request, string path, IBuildLog? log, CancellationToken cancellationToken, params HttpStatusCode[] answers) =>
        AskAsync(request, (api, token) => ClusterClient.GetStreamAsync((k8s.Kubernetes)api, path, Settings.ServerName, token), log, cancellationToken, answers);

    /// <summary>Runs a command in a pod's container; it is not repeated once it has begun.</summary>
    /// <exception cref="DiagnosticException">It was not started (OFB2804-2809).</exception>
    public async Task<RemoteCommand?> ExecAsync(PodPlace pod, IReadOnlyList<string> command, CancellationToken cancellationToken, params HttpStatusCode[] answers) =>
        await AskAsync(
            new ClusterRequest("create", "pods/exec", pod.Namespace),
            async (api, token) => new RemoteCommand(await api.WebSocketNamespacedPodExecAsync(
                pod.Name, pod.Namespace, command, pod.Container, stderr: true, stdin: true, stdout: true, tty: false, WebSocketProtocol.V4BinaryWebsocketProtocol, null, token)),
            null,
            cancellationToken,
            answers);

    /// <summary>Attaches to the standard input of a pod's container.</summary>
    /// <exception cref="DiagnosticException">It cannot be attached to (OFB2804-2809).</exception>
    public async Task<RemoteCommand> AttachAsync(PodPlace pod, CancellationToken cancellationToken) =>
        (await AskAsync(
            new ClusterRequest("create", "pods/attach", pod.Namespace),
            async (api, token) => new RemoteCommand(await api.WebSocketNamespacedPodAttachAsync(
                pod.Name, pod.Namespace, pod.Container, stderr: false, stdin: true, stdout: false, tty: false, WebSocketProtocol.V4BinaryWebsocketProtocol, null, token)),
            null,
            cancellationToken))!;

    public void Dispose()
    {
        clients.Dispose();
        credentials.Dispose();
    }

    private static async Task<Cluster> FindAsync(string? context, bool allowInsecure, Func<string, string?> environment, TimeProvider time, CancellationToken cancellationToken) =>
        await OfAsync(await KubeConfigFiles.FindAsync(context, environment, InClusterAccount.Folder, cancellationToken), allowInsecure, time, cancellationToken);
}

/// <summary>A container of a pod.</summary>
/// <param name="Name">Name of the pod.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Container">Name of the container; null for the pod's first.</param>
internal sealed record PodPlace(string Name, string Namespace, string? Container);
