using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>One build by <c>podman</c> or <c>buildah</c>: an image a platform in the command's store, and from there to where it goes.</summary>
internal sealed class CommandBuild(CommandKind kind, BuildTool tool, Version? version, ImageBuild build, BuilderSurroundings surroundings)
{
    private readonly DockerfileDocument document = DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath);

    private FunctionModel Function => build.Function;

    /// <exception cref="DiagnosticException">A step, a push or the command itself fails.</exception>
    public async Task<BuildResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var steps = await StepInputs.OpenAsync(Function, surroundings.Environment, cancellationToken);
        var inputs = await InputsAsync(steps, cancellationToken);
        var store = new CommandStore(kind, tool, build, inputs.AuthFile);
        var images = new List<(Platform Platform, string Id)>();
        foreach (var platform in Function.Image.Platforms)
        {
            images.Add((platform, await BuildAsync(platform, inputs, store, cancellationToken)));
        }

        if (Function.Destination is RegistryDestination { Names: var names })
        {
            var digest = images is [var only]
                ? await store.PushAsync(only.Id, isList: false, names, cancellationToken)
                : await store.WithListAsync(images, list => store.PushAsync(list, isList: true, names, cancellationToken), cancellationToken);
            var summary = await ImageReading.FromRegistryAsync(surroundings.Registries, names[0], digest, kind.Name, cancellationToken);
            return new BuildResult { Summary = summary, Bases = inputs.Bases };
        }

        if (images is [var single] && build.Engine is { Name: "podman" } && await KeepAsync(single.Id, store, cancellationToken))
        {
            return new BuildResult { Summary = EngineStore.SummaryOf(Digest.Parse("sha256:" + single.Id), Function.Image.Platforms), Bases = inputs.Bases };
        }

        var exported = new List<PlatformImage>();
        foreach (var (_, id) in images)
        {
            exported.Add(await store.ExportAsync(id, cancellationToken));
        }

        return BuildResult.ToDeliver(ImageAssembler.Combine(exported, inputs.Format, Function.Image.Annotations, inputs.Bases));
    }

    private async Task<CommandInputs> InputsAsync(StepInputs steps, CancellationToken cancellationToken)
    {
        var images = References.Images(build, document);
        var digests = await BaseDigests.ResolveAsync(images, Function.Builder.Pull, surroundings.Pin, surroundings.Registries, cancellationToken);
        var caches = CacheRepositories.Read(Function, kind, version);
        var contexts = await CommandContexts.ReadAsync(build, kind, cancellationToken);
        ImageReference[] read = [.. images, .. caches.From, .. caches.To, .. Function.Builder.Steps.Contexts.Select(CommandContexts.References).OfType<ImageReference>()];
        var text = DockerfileFlags.WithoutLink(build.Dockerfile, build.DockerfilePath);
        return new CommandInputs
        {
            Context = await ContextFolder.WriteAsync(build, text, cancellationToken),
            AuthFile = await AuthFile.WriteAsync([.. read, .. Names], surroundings.Registries, build.TemporaryFolder, build.Log, cancellationToken),
            Format = ImageFormats.Of(build, document),
            Secrets = await SecretFiles.WriteAsync(Function.Builder.Steps, steps, build.TemporaryFolder, cancellationToken),
            SshAgents = steps.SshAgents,
            Caches = caches,
            Contexts = Pinned(digests).Concat(contexts).ToDictionary(StringComparer.Ordinal),
            IsPlain = read.Length > 0 && read.All(image => PlainRegistries.Contains(image.Registry, Function.Builder)),
            Timestamp = ImageFormats.Timestamp(build, document),
            Arguments = ImageFormats.Arguments(build),
            Mark = kind.LeavesSteps ? StepMark.For(Function.Builder.Steps) : null,
            Bases = BaseDigests.ByName(digests),
        };
    }

    private IReadOnlyList<ImageReference> Names => Function.Destination is RegistryDestination registry ? registry.Names : [];

    // Named contexts are the way to tell of digests; a version without them is on its own, and may not be where a digest is pinned.
    private IReadOnlyDictionary<string, string> Pinned(IReadOnlyDictionary<ImageReference, Digest> digests)
    {
        if (version is null || version >= kind.NamedContexts)
        {
            return PinnedNames.Of(build, document, digests).ToDictionary(pair => pair.Key, pair => "docker-image://" + pair.Value, StringComparer.Ordinal);
        }

        return digests.Keys.FirstOrDefault(image => image.Digest is null && surroundings.Pin(image) is not null) is { } pinned
            ? throw ToolBuildDiagnostics.PinNotPossible.With(pinned, digests[pinned], $"{kind.Name} {version}").At(Function.Origin).ToException()
            : new Dictionary<string, string>();
    }

    private async Task<string> BuildAsync(Platform platform, CommandInputs inputs, CommandStore store, CancellationToken cancellationToken)
    {
        var id = await BuildAsync(platform, inputs, Function.Builder.NoCache, cancellationToken);

        // Old versions find layers of FROM scratch that were made for another platform, and give out the other platform's image.
        if (!IsOf(await store.PlatformAsync(id, cancellationToken), platform))
        {
            build.Log.Message(MessageImportance.Normal, $"The cache of {kind.Name} held an image of another platform than {platform}: it is built without the cache.");
            id = await BuildAsync(platform, inputs, noCache: true, cancellationToken);
            if (await store.PlatformAsync(id, cancellationToken) is var other && !IsOf(other, platform))
            {
                throw ToolBuildDiagnostics.BuildFailed.With(kind.Name, 0, $"the image is for {other}, and {platform} was asked for").At(Function.Origin).ToException();
            }
        }

        return id;
    }

    private static bool IsOf(Platform found, Platform wanted) => found.Os == wanted.Os && found.Architecture == wanted.Architecture;

    private async Task<string> BuildAsync(Platform platform, CommandInputs inputs, bool noCache, CancellationToken cancellationToken)
    {
        var idFile = Path.Combine(build.TemporaryFolder, $"id-{Guid.NewGuid():N}");
        var output = new ToolOutput(Function.Builder.Progress, build.Log, CommandFailure.Step);
        var command = tool with { Environment = BuildArguments.Variables(inputs.Arguments), EndWork = inputs.Mark is { } mark ? () => mark.Kill() : null };
        var exit = await command.RunAsync(BuildArguments.Of(kind, Function, platform, inputs, idFile, noCache), output, cancellationToken);
        if (exit != 0)
        {
            throw new CommandFailure(kind.Name, document).Of(exit, output);
        }

        // Only a handle to the image in the store: no digest is made of it.
        return File.Exists(idFile) && Digest.TryParse((await File.ReadAllTextAsync(idFile, cancellationToken)).Trim(), out var id)
            ? id.Hex
            : throw ToolBuildDiagnostics.ToolUnusable.With(tool.Program, "it ended well without an image").At(Function.Origin).ToException();
    }

    /// <summary>Names the image in the command's store; false where the engine that it is for has another store.</summary>
    private async Task<bool> KeepAsync(string id, CommandStore store, CancellationToken cancellationToken)
    {
        foreach (var name in Function.Destination.Names)
        {
            await store.TagAsync(id, name, cancellationToken);
            if (await build.Engine!.FindImageAsync(name, cancellationToken) != $"sha256:{id}")
            {
                return false;
            }
        }

        return true;
    }
}
