using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using k8s;
using k8s.Models;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>
/// Watches the build's pod. A watch that is cut goes on from where it was; one whose place the server has forgotten (410) begins with a new list.
/// </summary>
internal sealed class PodWatch(Cluster cluster, string space, string selector, IBuildLog log, TimeProvider time)
{
    private const int LongestEvent = 4 << 20;
    private const int SecondsOfWatch = 240;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the API server may be away at a time.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>The pod, whenever something about it changes, for ever.</summary>
    /// <exception cref="DiagnosticException">The cluster failed, or does not allow it.</exception>
    public async IAsyncEnumerable<PodSight> SightsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = PodSight.None;
        while (true)
        {
            var list = (await cluster.AskAsync(
                new ClusterRequest("list", "pods", space) { Patience = Patience },
                (api, token) => api.CoreV1.ListNamespacedPodAsync(space, labelSelector: selector, limit: 10, cancellationToken: token),
                log,
                cancellationToken))!;
            seen = list.Items?.FirstOrDefault() is { } pod ? new PodSight(pod, false) : seen with { IsGone = seen.Pod is not null };
            yield return seen;
            var version = list.Metadata?.ResourceVersion ?? "";
            while (version.Length > 0)
            {
                var from = version;
                await foreach (var change in ChangesAsync(version, cancellationToken))
                {
                    version = change.Version;
                    if (change.Pod is { } changed)
                    {
                        seen = new PodSight(changed, change.IsDeleted);
                        yield return seen;
                    }
                }

                // A server that ends watches at once is not asked in a circle.
                if (from == version || version.Length == 0)
                {
                    await Task.Delay(Pause, time, cancellationToken);
                }
            }
        }
    }

    // One watch; it ends with the server's stream, or with a change without version, after which only a list helps.
    private async IAsyncEnumerable<Change> ChangesAsync(string version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"api/v1/namespaces/{space}/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds={SecondsOfWatch}&labelSelector={Uri.EscapeDataString(selector)}&resourceVersion={Uri.EscapeDataString(version)}");
        using var response = await cluster.OpenAsync(new ClusterRequest("watch", "pods", space) { Patience = Patience }, path, log, cancellationToken, HttpStatusCode.Gone);
        if (response is null)
        {
            yield return Change.Lost;
            yield break;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = new BoundedLines(stream, LongestEvent);
        while (await NextAsync(lines, cancellationToken) is { } change)
        {
            yield return change;
            if (change.Version.Length == 0)
            {
                yield break;
            }
        }
    }

    private async Task<Change?> NextAsync(BoundedLines lines, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(SecondsOfWatch + 30), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await lines.ReadAsync(both.Token) is { } line ? Change.Parse(line) : null;
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Cut, or silent for longer than a watch lasts.
            return null;
        }
        catch (EngineFailedException)
        {
            return Change.Lost;
        }
    }

    /// <summary>An event of a watch.</summary>
    /// <param name="Version">Where the next watch goes on from; empty where a list is needed first.</param>
    private sealed record Change(string Version, V1Pod? Pod, bool IsDeleted)
    {
        public static Change Lost { get; } = new("", null, false);

        public static Change Parse(ReadOnlyMemory<byte> line)
        {
            try
            {
                using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 64 });
                var type = document.RootElement.GetProperty("type").GetString();
                if (type is not ("ADDED" or "MODIFIED" or "DELETED" or "BOOKMARK"))
                {
                    // ERROR: mostly that the version is too old.
                    return Lost;
                }

                var pod = KubernetesJson.Deserialize<V1Pod>(document.RootElement.GetProperty("object"));
                return new Change(pod.Metadata?.ResourceVersion ?? "", type == "BOOKMARK" ? null : pod, type == "DELETED");
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                return Lost;
            }
        }
    }
}
