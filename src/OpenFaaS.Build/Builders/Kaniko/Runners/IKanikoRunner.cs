namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>A way to run Kaniko's executor once.</summary>
internal interface IKanikoRunner
{
    /// <summary>Value of <c>KanikoRunner</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether the executor can write to a folder of this machine (<see cref="KanikoRun.LayoutFolder"/>). Where it cannot, only images for a registry
    /// are built, and others are refused before the run.
    /// </summary>
    bool ReachesFolders { get; }

    /// <summary>Whether the executor can be run here and now; within 2 s, without side effects.</summary>
    ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken);

    /// <summary>
    /// Runs the executor to its end; any exit code of it is an outcome. When the token is cancelled, everything that was started is ended and, within
    /// bounds, gone before the exception leaves.
    /// </summary>
    /// <exception cref="Diagnostics.DiagnosticException">The executor could not be run, or was ended by something that tells why (want of memory, a deadline).</exception>
    Task<KanikoOutcome> RunAsync(KanikoRun run, CancellationToken cancellationToken);
}

/// <summary>How the executor ended.</summary>
/// <param name="ExitCode">Its exit code, which is a failing step's own.</param>
/// <param name="Digest">
/// What it left as the image's digest (<c>--digest-file</c>, or the pod's termination message), as it is; empty for nothing. It is written before the push
/// and means something only with exit code 0, which the builder checks.
/// </param>
internal sealed record KanikoOutcome(int ExitCode, string Digest);
