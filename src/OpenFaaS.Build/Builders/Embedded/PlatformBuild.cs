using OpenFaaS.Build.Builders.Embedded.Copying;
using OpenFaaS.Build.Builders.Embedded.Stages;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Embedded;

/// <summary>Builds the image of one platform: every stage that the target reaches, in order.</summary>
internal sealed class PlatformBuild(ImageBuild build, DockerfileDocument document, SourceTree contextTree, IBaseImageProvider images, Platform platform)
{
    private readonly Dictionary<int, StageState> stages = [];

    /// <summary>Digests of the images used, by reference.</summary>
    public Dictionary<string, Digest> Bases { get; } = new(StringComparer.Ordinal);

    /// <summary>The variables of FROM for a platform.</summary>
    public static GlobalScope Scope(ImageBuild build, DockerfileDocument document, Platform platform) =>
        new(document, build.Arguments, Platform.LinuxHost, platform, build.Function.Builder.Target);

    public async Task<PlatformImage> RunAsync(CancellationToken cancellationToken)
    {
        var model = build.Function.Image;
        await using var layers = new LayerQueue(
            new LayerOptions(model.Compression.Algorithm, model.Compression.Level, model.Epoch), build.TemporaryFolder, cancellationToken);
        var context = new StageContext
        {
            Document = document,
            Context = contextTree,
            Stages = stages,
            Images = images,
            Layers = layers,
            Bases = Bases,
            Epoch = model.Epoch,
            TemporaryFolder = build.TemporaryFolder,
            Log = build.Log,
        };
        var scope = Scope(build, document, platform);
        StageState? state = null;
        foreach (var stage in StageGraph.Reachable(document, build.Function.Builder.Target, scope))
        {
            state = await BeginAsync(context, scope, stage, cancellationToken);
            await new StageExecutor(context, state).ExecuteAsync(stage, cancellationToken);
            stages[stage.Index] = state;
        }

        return await AssembleAsync(state!);
    }

    private async Task<StageState> BeginAsync(StageContext context, GlobalScope scope, Stage stage, CancellationToken cancellationToken)
    {
        var from = stage.From;
        var at = context.At(from);
        var name = scope.ExpandBase(from);
        var description = $"the stage '{from.Alias ?? stage.Index.ToString(System.Globalization.CultureInfo.InvariantCulture)}'";
        if (StageGraph.Parent(document, stage, name) is { } earlier)
        {
            var parent = stages[earlier.Index];
            return new StageState(description, parent.Platform, parent.Config with { Config = parent.Container, History = parent.History }, parent.Layers, parent.Scope.Inherit());
        }

        var wanted = scope.ExpandPlatform(from) ?? platform;
        if (name == "scratch")
        {
            return new StageState(description, wanted, Empty(wanted), [], scope.BeginStage());
        }

        var image = await context.LoadImageAsync(name, wanted, at, cancellationToken);
        if (image.Config.Config?.OnBuild is { Count: > 0 })
        {
            throw Diagnostics.EmbeddedDiagnostics.BaseHasOnBuild.With(name).At(at).ToException();
        }

        return new StageState(description, wanted, image.Config, image.Layers, scope.BeginStage());
    }

    private async Task<PlatformImage> AssembleAsync(StageState state)
    {
        var model = build.Function.Image;
        var layers = await Task.WhenAll(state.Layers.Select(layer => layer.Blob));
        state.SetLabels(model.Labels);
        var config = state.Config with
        {
            Created = Timestamps.Format(model.Epoch),
            Config = state.Container,
            RootFs = new Oci.RootFs { DiffIds = [.. layers.Select(layer => layer.DiffId)] },
            History = state.History,
        };
        return ImageAssembler.Assemble(platform, config, layers, model.Format, model.Annotations);
    }

    private static ImageConfig Empty(Platform platform) => new()
    {
        Os = platform.Os,
        Architecture = platform.Architecture,
        Variant = platform.Variant,
        Config = new ContainerConfig { WorkingDir = "/" },
        RootFs = new Oci.RootFs { DiffIds = [] },
    };
}
