using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Kaniko;

/// <summary>
/// Has images made by Kaniko's executor, which needs neither a daemon nor rights of its host: it builds in the root file system of its own container. It
/// pushes by itself; an image for elsewhere is taken from it as an OCI layout.
/// </summary>
/// <param name="surroundings">What the builds share.</param>
/// <param name="runners">The ways to run the executor, in the order in which they are tried where none is named; a cluster is never tried.</param>
internal sealed class KanikoBuilder(BuilderSurroundings surroundings, IReadOnlyList<IKanikoRunner> runners) : IImageBuilder, IAsyncDisposable
{
    private const string Cluster = "kubernetes";

    public BuilderCapabilities Capabilities { get; } = CapabilityTable.Of("kaniko");

    public BuilderCapabilities CapabilitiesOf(ImageBuild build) => ExecutorFeatures.Adjust(Capabilities, build.Function.Builder.Engine.Kaniko);

    public async ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        try
        {
            return (await ChooseAsync(build, cancellationToken)).Probe;
        }
        catch (DiagnosticException e)
        {
            return new BuilderProbe(false, e.Diagnostics[0].Message.TrimEnd('.'), e.Diagnostics[0]);
        }
    }

    public async Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var runner = await RunnerAsync(build, cancellationToken);
        var function = build.Function;
        var names = (function.Destination as RegistryDestination)?.Names;
        if (names is null && !runner.ReachesFolders)
        {
            throw KanikoDiagnostics.RegistryNeeded.With(runner.Name).At(function.Origin).ToException();
        }

        var document = DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath);
        DroppedFeatures.Ensure(build, document);
        var images = References.Images(build, document);
        var digests = await BaseDigests.ResolveAsync(images, PullPolicy.Always, surroundings.Pin, surroundings.Registries, cancellationToken);
        var cache = ExecutorCache.Read(function.Builder, function.Origin);
        ImageReference[] used = [.. images, .. cache.References, .. names ?? []];
        var output = new ExecutorOutput(function.Builder.Progress, build.Log);
        var editor = new DockerfileEditor(build.Dockerfile, document);
        DockerfileFlags.RemoveLink(editor);
        PinnedBases.Write(editor, build, image => digests.TryGetValue(image, out var digest) ? digest : null);
        var run = new KanikoRun
        {
            Build = build,
            Dockerfile = editor.Finish().Text,
            Arguments = ExecutorArguments.Of(build, document, names, cache, used),
            Variables = ExecutorArguments.Variables(build),
            DockerConfig = await AuthFile.ContentAsync(used, surroundings.Registries, build.Log, cancellationToken),
            Certificates = ExecutorCertificates.Of(used, surroundings.Registries.Options),
            LayoutFolder = names is null ? LayoutImage.Prepare(build.TemporaryFolder) : null,
            Output = output,
        };

        var outcome = await runner.RunAsync(run, cancellationToken);
        var wanted = outcome.ExitCode == 0 ? DigestOf(outcome, function) : throw new ExecutorFailure(build, document, images, names).Of(outcome.ExitCode, output);
        var bases = BaseDigests.ByName(digests);
        return run.LayoutFolder is { } folder
            ? BuildResult.ToDeliver(await LayoutImage.ReadAsync(folder, wanted, bases, cancellationToken))
            : new BuildResult { Summary = await ImageReading.FromRegistryAsync(surroundings.Registries, names![0], wanted, "Kaniko", cancellationToken), Bases = bases };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in runners.OfType<IAsyncDisposable>())
        {
            await runner.DisposeAsync();
        }
    }

    // It is written before the push, and so means nothing unless the executor has ended well.
    private static Digest DigestOf(KanikoOutcome outcome, FunctionModel function) =>
        Digest.TryParse(outcome.Digest.Trim(), out var digest) ? digest
        : throw KanikoDiagnostics.NoDigest.With(outcome.Digest.Trim().Length == 0 ? "nothing" : "something else").At(function.Origin).ToException();

    // One that is named was asked already, when the builder was.
    private async Task<IKanikoRunner> RunnerAsync(ImageBuild build, CancellationToken cancellationToken) =>
        build.Function.Builder.Engine.Kaniko.Runner is { } named ? runners.Single(runner => runner.Name == named) : (await ChooseAsync(build, cancellationToken)).Runner;

    private async Task<(IKanikoRunner Runner, BuilderProbe Probe)> ChooseAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var named = build.Function.Builder.Engine.Kaniko.Runner;
        (IKanikoRunner Runner, BuilderProbe Probe)? first = null;
        foreach (var runner in runners.Where(runner => named is null ? runner.Name != Cluster : runner.Name == named))
        {
            var probe = await runner.ProbeAsync(build, cancellationToken);
            if (probe.Usable)
            {
                return (runner, probe);
            }

            first ??= (runner, probe);
        }

        throw (first?.Probe.Diagnostic ?? BuilderDiagnostics.NoBuilderFound.With($"kaniko ({first?.Probe.Reason ?? "no runner"})").At(build.Function.Origin)).ToException();
    }
}
