using System.Net;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>Follows what the executor prints, to its end; a log that is cut goes on where it was, without lines that are lost or come twice.</summary>
internal sealed class PodLog(Cluster cluster, PodPlace pod, Action<string> take, IBuildLog log, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>A follower that hears nothing for so long asks anew; proxies forget connections without a word.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);
    private readonly LogPlace place = new();
    private volatile bool hasEnded;

    /// <summary>How long the API server may be away at a time.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>Says that the executor has ended, so that the log has an end too.</summary>
    public void MarkEnded() => hasEnded = true;

    /// <summary>Follows the log until it ends; a log that cannot be read is a warning.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            var lines = new LogLines(place, take);
            while (true)
            {
                // What was there when the executor had ended is all of it.
                var isLast = hasEnded;
                if (!await ReadAsync(lines, cancellationToken) && isLast)
                {
                    lines.End();
                    return;
                }

                lines.Cut();
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
        catch (DiagnosticException e) when (!hasEnded || !IsGone(e))
        {
            log.Report(KubernetesJobDiagnostics.LogsUnavailable.With($"'{pod.Namespace}/{pod.Name}'", e.Diagnostics[0].Message.TrimEnd('.')));
        }
        catch (DiagnosticException)
        {
            // The pod went before the rest of its log was read.
        }
    }

    private static bool IsGone(DiagnosticException e) => e.Diagnostics[0].Descriptor == KubernetesDiagnostics.NotFound;

    // Whether it was cut, rather than at its end.
    private async Task<bool> ReadAsync(LogLines lines, CancellationToken cancellationToken)
    {
        place.Resume();
        var since = place.Since is { } from ? "&sinceTime=" + Uri.EscapeDataString(from) : "";
        var path = $"api/v1/namespaces/{pod.Namespace}/pods/{pod.Name}/log?container={pod.Container}&follow=true&timestamps=true{since}";
        var request = new ClusterRequest("get", "pods/log", pod.Namespace) { Patience = Patience };
        using var response = await cluster.OpenAsync(request, path, log, cancellationToken, HttpStatusCode.BadRequest);
        if (response is null)
        {
            // The node has not begun to keep a log.
            return true;
        }

        using var silence = new CancellationTokenSource(Silence, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[16 * 1024];
            while (true)
            {
                silence.CancelAfter(Silence);
                if (await stream.ReadAsync(buffer, both.Token) is not (> 0 and var count))
                {
                    return false;
                }

                lines.Take(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return true;
        }
    }
}
