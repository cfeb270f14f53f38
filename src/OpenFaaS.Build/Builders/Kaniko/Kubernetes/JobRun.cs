using System.Globalization;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Commands;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>One build in a cluster, from its Job to its outcome.</summary>
internal sealed class JobRun(Cluster cluster, string space, KanikoRun run, JobLimits limits, TimeProvider time)
{
    private readonly JobNames names = new(run.Build.Function);
    private readonly IBuildLog log = run.Build.Log;

    /// <summary>Runs the build; nothing of it is in the cluster afterwards.</summary>
    /// <exception cref="DiagnosticException">The cluster failed, or ended the build.</exception>
    public async Task<KanikoOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var pod = run.Build.Function.Builder.Engine.Kaniko.Pod;
        var job = new ClusterJob(cluster, space, names, run, limits, time);
        var end = new JobEnd(job, space, names, run, pod.Deadline);

        // The cluster keeps the deadline; should its clock or its controller be slow, the build ends all the same.
        using var late = new CancellationTokenSource(pod.Deadline + limits.End, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var isOrderly = false;
        try
        {
            log.Message(MessageImportance.Normal, $"Kaniko runs as Job {space}/{names.Name} of the cluster at {cluster.Name}.");
            await job.CreateAsync(both.Token);
            var outcome = await BuildAsync(job, end, both.Token);
            isOrderly = true;
            return outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && late.IsCancellationRequested)
        {
            throw end.TooLong();
        }
        finally
        {
            await job.DeleteAsync(isWaiting: !isOrderly);
        }
    }

    private async Task<KanikoOutcome> BuildAsync(ClusterJob job, JobEnd end, CancellationToken cancellationToken)
    {
        var watch = new PodWatch(cluster, space, names.Selector, log, time);
        await using var observer = new PodObserver(watch, time, cancellationToken);
        var image = run.Build.Function.Builder.Engine.Kaniko.Image ?? "";
        var sight = await new JobStart(cluster, space, job, names, image, observer, log, limits, time).RunningAsync(cancellationToken);
        if (sight.Pod?.Metadata?.Name is not { } name || (sight.IsEnded && sight.State is null))
        {
            return await end.OfAsync(sight, cancellationToken);
        }

        var place = new PodPlace(name, space, JobObjects.Container);
        var output = new PodLog(cluster, place, run.Output.Take, log, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = output.FollowAsync(stop.Token);
        try
        {
            // Open until the executor has ended: a connection that is closed sooner may take what is still on its way with it.
            using var command = sight.IsEnded ? null : await AttachAsync(place, observer, stop.Token);
            var cut = command is null ? null : await SendAsync(command, place, stop.Token);
            sight = cut is null ? await observer.EndAsync(cancellationToken) : await SoonAsync(observer, cancellationToken);
            output.MarkEnded();
            await Task.WhenAny(following, Task.Delay(limits.LogRest, time, cancellationToken));
            if (cut is not null && sight.Terminated is not { ExitCode: 0 })
            {
                await end.FailIfEndedByClusterAsync(sight, cancellationToken);
                throw cut;
            }

            return await end.OfAsync(sight, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Null where the context was sent, or the executor's own end was what ended its input.
    private async Task<DiagnosticException?> SendAsync(RemoteCommand command, PodPlace place, CancellationToken cancellationToken)
    {
        var context = new ContextStream(run.Build, command);
        var reading = DrainAsync(command, cancellationToken);
        try
        {
            await context.SendAsync(cancellationToken);
            return null;
        }
        catch (IOException e) when (!cancellationToken.IsCancellationRequested)
        {
            if (await reading)
            {
                return null;
            }

            return KubernetesJobDiagnostics.ContextCut
                .With($"'{space}/{place.Name}'", context.Sent.ToString(CultureInfo.InvariantCulture), e.Message.TrimEnd('.')).ToException(e);
        }
    }

    private async Task<RemoteCommand?> AttachAsync(PodPlace place, PodObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.AttachAsync(place, cancellationToken);
        }
        catch (DiagnosticException e) when (e.Diagnostics[0].Descriptor == KubernetesDiagnostics.NotFound || e.Diagnostics[0].Descriptor == KubernetesDiagnostics.Refused)
        {
            // An executor that ends at once is not there to be attached to.
            if ((await SoonAsync(observer, cancellationToken)).IsEnded)
            {
                return null;
            }

            throw;
        }
    }

    // Whether the other side ended the connection in order. What it says meanwhile is nothing that is waited for.
    private static async Task<bool> DrainAsync(RemoteCommand command, CancellationToken cancellationToken)
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

    private async Task<PodSight> SoonAsync(PodObserver observer, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(limits.End, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await observer.EndAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return observer.Last;
        }
    }
}
