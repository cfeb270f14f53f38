using System.Globalization;
using k8s;
using k8s.Models;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>What the cluster has noted about an object, for messages.</summary>
internal sealed class ClusterEvents(Cluster cluster, string space)
{
    private const int Most = 100;
    private const int Shown = 3;

    /// <summary>They only explain, so little time is spent on them.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>The events of an object, oldest first; none where they may not be read.</summary>
    public async Task<IReadOnlyList<Corev1Event>> OfAsync(string? uid, CancellationToken cancellationToken)
    {
        if (uid is null)
        {
            return [];
        }

        try
        {
            var list = await cluster.AskAsync(
                new ClusterRequest("list", "events", space) { Patience = Patience },
                (api, token) => api.CoreV1.ListNamespacedEventAsync(space, fieldSelector: "involvedObject.uid=" + uid, limit: Most, cancellationToken: token),
                null,
                cancellationToken);
            return [.. (list?.Items ?? []).OrderBy(TimeOf)];
        }
        catch (DiagnosticException)
        {
            // They only explain: the failure itself is known without them.
            return [];
        }
    }

    /// <summary>The last ones as a phrase; empty if there are none.</summary>
    public static string Describe(IReadOnlyList<Corev1Event> events)
    {
        var phrases = events.TakeLast(Shown).Select(item => string.Create(
            CultureInfo.InvariantCulture, $"{ForeignText.Phrase(item.Reason)}: {ForeignText.Phrase(item.Message)}{(item.Count > 1 ? $" (x{item.Count})" : "")}"));
        return string.Join("; ", phrases);
    }

    /// <summary>When it was noted last.</summary>
    public static DateTime TimeOf(Corev1Event item) => item.LastTimestamp ?? item.EventTime ?? item.FirstTimestamp ?? DateTime.MinValue;
}
