using System.Net;
using k8s;
using k8s.Models;
using OpenFaaS.Build.BuildKit.Connections.Stdio;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes;
using OpenFaaS.Build.Kubernetes.Commands;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.BuildKit.Connections.Pods;

/// <summary>Finds out why the connection into a pod ended.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="pod">The pod.</param>
/// <param name="command">The command; null where none was started.</param>
/// <param name="time">The clock.</param>
internal sealed class PodEnd(Cluster cluster, PodPlace pod, RemoteCommand? command, TimeProvider time)
{
    private const int CannotRun = 126;
    private const int NotFound = 127;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private string Name => $"'{pod.Namespace}/{pod.Name}'";

    /// <inheritdoc cref="EndExplanation"/>
    public async Task<DiagnosticException> ExplainAsync(bool greeted, string said)
    {
        var ended = command?.Ended;
        var text = $"{said}\n{command?.ErrorText}\n{ended?.Message}";
        string? state;
        try
        {
            state = await StateAsync();
        }
        catch (DiagnosticException e)
        {
            return (greeted ? KubernetesDiagnostics.PodEnded : KubernetesDiagnostics.PodDaemonUnreachable)
                .With(Name, cluster.Name, $"the cluster cannot say why ({e.Diagnostics[0].Message.TrimEnd('.')})").ToException(e);
        }

        var why = state is "" ? "it is gone" : state ?? (ended is null ? $"the connection was cut: {SaidText.Last(text)}".TrimEnd(' ', ':') : SaidText.Of(ended.ExitCode, text));
        return (greeted ? KubernetesDiagnostics.PodEnded.With(Name, cluster.Name, why)
            : state is "" ? KubernetesDiagnostics.PodMissing.With(Name, cluster.Name)
            : state is not null ? KubernetesDiagnostics.PodNotRunning.With(Name, cluster.Name, why)
            : IsMissingProgram(ended, text) ? KubernetesDiagnostics.PodWithoutBuildctl.With(Name, cluster.Name, why)
            : KubernetesDiagnostics.PodDaemonUnreachable.With(Name, cluster.Name, why)).ToException();
    }

    private static bool IsMissingProgram(CommandStatus? ended, string text) =>
        ended?.ExitCode is CannotRun or NotFound
        || text.Contains("executable file not found", StringComparison.OrdinalIgnoreCase) || text.Contains("no such file or directory", StringComparison.OrdinalIgnoreCase);

    // Null where it runs; empty where there is no such pod.
    private async Task<string?> StateAsync()
    {
        using var limit = new CancellationTokenSource(Limit, time);
        V1Pod? found;
        try
        {
            found = await cluster.AskAsync(
                new ClusterRequest("get", "pods", pod.Namespace),
                (api, token) => api.CoreV1.ReadNamespacedPodAsync(pod.Name, pod.Namespace, cancellationToken: token),
                null,
                limit.Token,
                HttpStatusCode.NotFound);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        var reason = found?.Status?.Reason is { Length: > 0 } known ? $" ({ForeignText.Phrase(known)})" : "";
        return found is null ? ""
            : found.Metadata?.DeletionTimestamp is not null ? "it is being deleted"
            : found.Status?.Phase is "Running" ? null
            : $"it is in the phase '{ForeignText.Phrase(found.Status?.Phase)}'{reason}";
    }
}
