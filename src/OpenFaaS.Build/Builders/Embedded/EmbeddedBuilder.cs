using OpenFaaS.Build.Builders.Embedded.Copying;
using OpenFaaS.Build.Builders.Embedded.Stages;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Embedded;

/// <summary>Makes images in process, without daemon and without root, on any operating system; Dockerfiles without RUN.</summary>
/// <param name="images">Where base images come from.</param>
internal sealed class EmbeddedBuilder(IBaseImageProvider images) : IImageBuilder
{
    public BuilderCapabilities Capabilities { get; } = CapabilityTable.Of("embedded");

    public ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var document = DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath);
        foreach (var platform in build.Function.Image.Platforms)
        {
            var scope = PlatformBuild.Scope(build, document, platform);
            foreach (var stage in StageGraph.Reachable(document, build.Function.Builder.Target, scope))
            {
                if (stage.Instructions.FirstOrDefault(instruction => instruction is RunInstruction) is { } run)
                {
                    return ValueTask.FromResult(new BuilderProbe(
                        false, $"line {run.Line} is a RUN", EmbeddedDiagnostics.RunNotSupported.With().At(build.DockerfilePath, run.Line)));
                }
            }
        }

        return ValueTask.FromResult(new BuilderProbe(true, "in process; no RUN in a stage that the target reaches"));
    }

    public async Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var model = build.Function.Image;
        var document = DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath);
        var context = new SourceTree(build.Context, "the build context");
        var bases = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        var finished = new List<PlatformImage>();
        foreach (var unused in PlatformBuild.Scope(build, document, model.Platforms[0]).Unused.Where(name => build.Function.Builder.Arguments.ContainsKey(name)))
        {
            build.Log.Report(EmbeddedDiagnostics.UnusedBuildArgument.With(unused).At(build.DockerfilePath));
        }

        foreach (var platform in model.Platforms)
        {
            var one = new PlatformBuild(build, document, context, images, platform);
            finished.Add(await one.RunAsync(cancellationToken));
            foreach (var (reference, digest) in one.Bases)
            {
                bases[reference] = digest;
            }
        }

        return BuildResult.ToDeliver(ImageAssembler.Combine(finished, model.Format, model.Annotations, bases));
    }
}
