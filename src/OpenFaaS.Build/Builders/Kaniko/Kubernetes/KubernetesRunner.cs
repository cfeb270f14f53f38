using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Connections;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>Runs the executor as a Job of a Kubernetes cluster. The context goes to it through the API server; nothing is left in the cluster.</summary>
/// <param name="environment">Environment variables by name.</param>
/// <param name="limits">Bounds of time; null for the usual ones.</param>
/// <param name="time">The clock; null for the system's.</param>
internal sealed class KubernetesRunner(Func<string, string?> environment, JobLimits? limits = null, TimeProvider? time = null) : IKanikoRunner
{
    /// <summary>Value of <c>KanikoRunner</c>.</summary>
    public const string Kind = "kubernetes";

    private readonly TimeProvider clock = time ?? TimeProvider.System;

    /// <inheritdoc/>
    public string Name => Kind;

    /// <inheritdoc/>
    public bool ReachesFolders => false;

    /// <inheritdoc/>
    public async ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        try
        {
            var image = ExecutorImage.Of(build, Kind);
            using var cluster = await OpenAsync(build, cancellationToken);
            return new BuilderProbe(true, $"{image} as Jobs in the namespace '{SpaceOf(build, cluster)}' of the cluster at {cluster.Name}");
        }
        catch (DiagnosticException e)
        {
            return new BuilderProbe(false, e.Diagnostics[0].Message.TrimEnd('.'), e.Diagnostics[0]);
        }
    }

    /// <inheritdoc/>
    public async Task<KanikoOutcome> RunAsync(KanikoRun run, CancellationToken cancellationToken)
    {
        try
        {
            ExecutorImage.Of(run.Build, Kind);
            using var cluster = await OpenAsync(run.Build, cancellationToken);
            return await new JobRun(cluster, SpaceOf(run.Build, cluster), run, limits ?? new JobLimits(), clock).RunAsync(cancellationToken);
        }
        catch (DiagnosticException e)
        {
            throw e.At(run.Build.Function.Origin);
        }
    }

    private static KanikoPodModel PodOf(ImageBuild build) => build.Function.Builder.Engine.Kaniko.Pod;

    private static string SpaceOf(ImageBuild build, Cluster cluster) => PodOf(build).Namespace ?? cluster.Settings.Namespace;

    private Task<Cluster> OpenAsync(ImageBuild build, CancellationToken cancellationToken) =>
        Cluster.OpenAsync(PodOf(build).Context, build.Function.Builder.Engine.AllowInsecure, environment, clock, cancellationToken);
}
