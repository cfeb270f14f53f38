using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Commands;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>One build in a cluster, from its Job to its outcome.</summary>
internal sealed class JobRun(Cluster cluster, string space, KanikoRun run, JobLimits limits, TimeProvider time)
{
    /// <summary>What a cluster answers where an executor that ends at once is not there any more to be attached to.</summary>
    private static readonly DiagnosticDescriptor[] UnattachedReasons = [KubernetesDiagnostics.NotFound, KubernetesDiagnostics.Refused, KubernetesDiagnostics.ServerFailed];

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
        var watch = new PodWatch(cluster, space, names.Selector, log, time) { Patience = limits.Outage };
        await using var observer = new PodObserver(watch, limits.Deletion, time, cancellationToken);
        var image = ExecutorImage.Of(run.Build, KubernetesRunner.Kind);
        var sight = await new JobStart(cluster, space, job, names, image, observer, log, limits, time).RunningAsync(cancellationToken);
        if (sight.Pod?.Metadata?.Name is not { } name || (sight.IsEnded && sight.State is null))
        {
            return await end.OfAsync(sight, cancellationToken);
        }

        var place = new PodPlace(name, space, JobObjects.Container);
        var output = new PodLog(cluster, place, run.Output.Take, log, time) { Patience = limits.Outage };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = output.FollowAsync(stop.Token);
        try
        {
            // Open until the executor has ended: a connection that is closed sooner may take what is still on its way with it.
            using var command = sight.IsEnded ? null : await AttachAsync(place, observer, stop.Token);
            var cut = command is null ? null : await new ContextDelivery(run.Build, command, place, observer, time).RunAsync(stop.Token);
            sight = cut is null ? await observer.EndAsync(cancellationToken) : await SoonAsync(observer, cancellationToken);
            output.MarkEnded();
            if (sight is { IsEnded: true, IsLost: false })
            {
                await Task.WhenAny(following, Task.Delay(limits.LogRest, time, cancellationToken));
            }

            if (cut is not null && sight.Terminated is not { ExitCode: 0 })
            {
                await end.FailIfEndedByClusterAsync(sight, cancellationToken);
                return end.OfItself(sight) ?? throw cut;
            }

            return await end.OfAsync(sight, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Null where the executor has ended already. An API server that is asked again and again says nothing of it, or only that it failed.
    private async Task<RemoteCommand?> AttachAsync(PodPlace place, PodObserver observer, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (attaching, ending) = (cluster.AttachAsync(place, over.Token), observer.EndAsync(over.Token));
        try
        {
            if (await Task.WhenAny(attaching, ending) == attaching)
            {
                return await attaching;
            }
        }
        catch (DiagnosticException e) when (UnattachedReasons.Contains(e.Diagnostics[0].Descriptor))
        {
            if ((await SoonAsync(observer, cancellationToken)).IsEnded)
            {
                return null;
            }

            throw;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(attaching, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (attaching.IsCompletedSuccessfully)
        {
            (await attaching).Dispose();
        }

        await ending;
        return null;
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
