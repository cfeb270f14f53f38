using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Podman.Service;

/// <summary>One build by Podman's service: an image a platform in its store, and from there to where it goes.</summary>
internal sealed class ServiceBuild(PodmanService service, ImageBuild build, BuilderSurroundings surroundings)
{
    private readonly DockerfileDocument document = DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath);

    private FunctionModel Function => build.Function;

    /// <exception cref="DiagnosticException">A step, a push or the service itself fails.</exception>
    public async Task<BuildResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var steps = await StepInputs.OpenAsync(Function, surroundings.Environment, cancellationToken);
        var images = References.Images(build, document);
        var digests = await BaseDigests.ResolveAsync(images, Function.Builder.Pull, surroundings.Pin, surroundings.Registries, cancellationToken);
        var inputs = new ServiceInputs
        {
            Context = await ServiceContext.CreateAsync(build, steps, cancellationToken),
            Format = ImageFormats.Of(build, document),
            Contexts = Pinned(digests),
            IsPlain = images.Count > 0 && images.All(image => PlainRegistries.Contains(image.Registry, Function.Builder)),
            Timestamp = ImageFormats.Timestamp(build, document),
            Arguments = ImageFormats.Arguments(build),
            Mark = service.Api.Address.SocketPath is null ? null : StepMark.For(Function.Builder.Steps),
        };
        var credentials = await RegistryConfig.OfAsync(images, surroundings.Registries, build.Log, cancellationToken);
        try
        {
            var ids = new List<string>();
            foreach (var platform in Function.Image.Platforms)
            {
                ids.Add(await BuildAsync(platform, inputs, credentials, cancellationToken));
            }

            return await FinishAsync(ids, inputs.Format, BaseDigests.ByName(digests), cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw PodmanDiagnostics.ServiceFailed.With(service.Place, e.Message).At(Function.Origin).ToException(e);
        }
    }

    private IReadOnlyDictionary<string, ImageReference> Pinned(IReadOnlyDictionary<ImageReference, Digest> digests)
    {
        if (service.Version is null || service.Version >= CommandKind.Podman.NamedContexts)
        {
            return PinnedNames.Of(build, document, digests);
        }

        return digests.Keys.FirstOrDefault(image => image.Digest is null && surroundings.Pin(image) is not null) is { } pinned
            ? throw ToolBuildDiagnostics.PinNotPossible.With(pinned, digests[pinned], $"Podman {service.Version}").At(Function.Origin).ToException()
            : new Dictionary<string, ImageReference>();
    }

    private async Task<BuildResult> FinishAsync(IReadOnlyList<string> ids, ImageFormat format, IReadOnlyDictionary<string, Digest> bases, CancellationToken cancellationToken)
    {
        var store = new ServiceImages(service, build.TemporaryFolder);
        var isRegistry = Function.Destination is RegistryDestination;
        if (ids is [var only] && (isRegistry || EngineStore.IsAt(build.Engine, service.Api.Address)))
        {
            var names = Function.Destination.Names;
            foreach (var name in names)
            {
                await store.TagAsync(only, name, cancellationToken);
            }

            if (!isRegistry)
            {
                return new BuildResult { Summary = EngineStore.SummaryOf(Digest.Parse("sha256:" + only), Function.Image.Platforms), Bases = bases };
            }

            var digest = await EngineTags.PushAsync(service.Api, names, surroundings.Registries, registry => PlainRegistries.Contains(registry, Function.Builder), cancellationToken);
            return new BuildResult { Summary = await ImageReading.FromRegistryAsync(surroundings.Registries, names[0], digest, service.Place, cancellationToken), Bases = bases };
        }

        // Several platforms leave the store one by one, and the index is made here: no list stays behind that a later build would add to.
        var exported = new List<PlatformImage>();
        foreach (var id in ids)
        {
            exported.Add(await store.ExportAsync(id, cancellationToken));
        }

        return BuildResult.ToDeliver(ImageAssembler.Combine(exported, format, Function.Image.Annotations, bases));
    }

    private async Task<string> BuildAsync(Platform platform, ServiceInputs inputs, string credentials, CancellationToken cancellationToken)
    {
        var id = await BuildAsync(platform, inputs, credentials, Function.Builder.NoCache, cancellationToken);

        // As with the command: old versions find layers of FROM scratch that were made for another platform.
        if (!await IsOfAsync(id, platform, cancellationToken))
        {
            id = await BuildAsync(platform, inputs, credentials, noCache: true, cancellationToken);
            if (!await IsOfAsync(id, platform, cancellationToken))
            {
                throw new EngineFailedException($"it made an image of another platform than {platform}");
            }
        }

        return id;
    }

    private async Task<bool> IsOfAsync(string id, Platform platform, CancellationToken cancellationToken) =>
        await EngineImages.FindAsync(service.Api, id, cancellationToken) is { Platform: var found } && found.Os == platform.Os && found.Architecture == platform.Architecture;

    private async Task<string> BuildAsync(Platform platform, ServiceInputs inputs, string credentials, bool noCache, CancellationToken cancellationToken)
    {
        var output = new ToolOutput(Function.Builder.Progress, build.Log, CommandFailure.Step);
        var last = "";
        var failed = false;
        var lines = new LineSplitter(line =>
        {
            last = line;
            output.Take(line);
        });
        try
        {
            await EngineWatch.RunAsync(
                service.Api,
                async token =>
                {
                    await EngineBuild.RunAsync(service.Api, ServiceQuery.Of(Function, platform, inputs, noCache), credentials, inputs.Context.WriteAsync, Take, token);
                    return true;
                },
                cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or EngineFailedException && inputs.Mark is not null)
        {
            // The service goes on with a step whose caller is gone.
            await inputs.Mark.KillAllAsync();
            throw;
        }

        lines.End();
        if (failed)
        {
            throw new CommandFailure("Podman", document).Of(CommandFailure.OwnExit, output);
        }

        // The last word is the image's id: a handle to it, of which no digest is made.
        return Digest.TryParse("sha256:" + last.Trim(), out var id) ? id.Hex : throw new EngineFailedException("it ended the build without an image");

        void Take(JsonElement item)
        {
            if (item.TryGetProperty("stream", out var text) && text.ValueKind == JsonValueKind.String)
            {
                lines.Take(Encoding.UTF8.GetBytes(text.GetString()!));
            }
            else if (item.TryGetProperty("errorDetail", out var detail) && detail.ValueKind == JsonValueKind.Object
                && detail.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
            {
                failed = true;
                lines.End();
                output.Take(CommandFailure.Mark + OutputText.Phrase(message.GetString()!, 2000), isError: true);
            }
            else if (item.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String && !failed)
            {
                failed = true;
                output.Take(CommandFailure.Mark + OutputText.Phrase(error.GetString()!, 2000), isError: true);
            }
        }
    }
}
