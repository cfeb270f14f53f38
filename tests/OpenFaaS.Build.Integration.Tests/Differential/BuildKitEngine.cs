using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.Differential;

/// <summary>The BuildKit inside a real Docker Engine, driven by the engine's own command line: the reference that the embedded builder is held against.</summary>
/// <param name="commandLine">Path of a <c>docker</c> command that talks to the engine.</param>
public sealed class BuildKitEngine(string commandLine)
{
    // Rows with equal results are one image to the engine: removing it for one would take it away from the other.
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    /// <summary>Builds a case of a context on disk and saves the image to <paramref name="archive"/>.</summary>
    public async Task BuildAsync(DifferentialCase one, string context, string archive, CancellationToken cancellationToken)
    {
        var tag = $"differential:{Guid.NewGuid():N}";
        List<string> arguments = ["build", "--network", "none", "--tag", tag];
        arguments.AddRange(one.Arguments.SelectMany(pair => new[] { "--build-arg", $"{pair.Key}={pair.Value}" }));
        arguments.AddRange(one.Target is { } target ? ["--target", target] : []);
        arguments.Add(context);
        await OneAtATime.WaitAsync(cancellationToken);
        try
        {
            await DockerAsync(arguments, cancellationToken);
            await DockerAsync(["save", "--output", archive, tag], cancellationToken);
            await DockerAsync(["rmi", "--no-prune", "--force", tag], cancellationToken);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    // Attestations are not part of the image that is compared.
    private Task DockerAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Tool.RunAsync("/usr/bin/env", ["DOCKER_BUILDKIT=1", "BUILDX_NO_DEFAULT_ATTESTATIONS=1", commandLine, .. arguments], cancellationToken);
}
