using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Commands;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>
/// Brings the context to the executor, and looks whether it can have arrived: an API server takes what is sent to it before it has reached the node, and where
/// it does not reach it says so in the connection, while it goes on taking bytes.
/// </summary>
internal sealed class ContextDelivery(ImageBuild build, RemoteCommand command, PodPlace place, PodObserver observer, TimeProvider time)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private readonly ContextStream context = new(build, command);

    /// <summary>Sends the context and waits for the executor's end: null then, and else why the context has not arrived in whole.</summary>
    /// <exception cref="DiagnosticException">A file of the context cannot be read, or the watch failed.</exception>
    public async Task<DiagnosticException?> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ending = observer.EndAsync(over.Token);
        var reading = DrainAsync(over.Token);
        var sending = SendAsync(over.Token);
        try
        {
            var refused = RefusedAsync(reading, over.Token);
            await Task.WhenAny(sending, ending, refused);
            var isDone = sending.IsCompleted;
            if (isDone && await sending is { } cut)
            {
                // The server's own words say more than that nothing can be written any more; where they are of success, the executor has ended.
                await Task.WhenAny(reading, ending);
                if (!reading.IsCompleted || command.Ended is not { ExitCode: 0 })
                {
                    return reading.IsCompleted ? Refusal() ?? cut : cut;
                }
            }

            if (!isDone && !refused.IsCompleted)
            {
                // Its end was seen before the connection's, or it is why nothing is read any more.
                await ending;
                return Cut("the executor ended before it had all of it", null);
            }

            await Task.WhenAny(ending, refused);
            if (refused.IsCompleted)
            {
                return await refused;
            }

            return (await ending).Terminated is not { ExitCode: 0 } && await IsCutAsync(reading, over.Token) ? Cut("it ended before the executor did", null) : null;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(ending, reading, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What a connection has taken is lost with it; that it was lost may be seen a moment after the executor's end, which it has caused.
    private async Task<bool> IsCutAsync(Task<bool> reading, CancellationToken cancellationToken)
    {
        await Task.WhenAny(reading, Task.Delay(Moment, time, cancellationToken));
        return reading.IsCompleted && !await reading;
    }

    // Null where everything was taken.
    private async Task<DiagnosticException?> SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            await context.SendAsync(cancellationToken);
            return null;
        }
        catch (IOException e) when (!cancellationToken.IsCancellationRequested)
        {
            return Cut(e.Message.TrimEnd('.'), e);
        }
    }

    // Whether the other side ended the connection in order. What it says meanwhile is nothing that is waited for.
    private async Task<bool> DrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[1024];
            while (await command.ReadAsync(buffer, cancellationToken) > 0)
            {
            }

            return true;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException)
        {
            return false;
        }
    }

    // Ends only with a refusal: a connection that ended well has brought everything, or was closed by this side, or the executor is at its end.
    private async Task<DiagnosticException> RefusedAsync(Task reading, CancellationToken cancellationToken)
    {
        await reading;
        if (Refusal() is { } refusal)
        {
            return refusal;
        }

        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new OperationCanceledException(cancellationToken);
    }

    private DiagnosticException? Refusal() => command.Ended is { ExitCode: not 0 } ended ? Cut(ended.Message.Length > 0 ? ended.Message : "the cluster gives no reason", null) : null;

    private DiagnosticException Cut(string why, Exception? inner) =>
        KubernetesJobDiagnostics.ContextCut.With($"'{place.Namespace}/{place.Name}'", context.Sent.ToString(CultureInfo.InvariantCulture), why).ToException(inner);
}
