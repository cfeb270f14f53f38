using OpenFaaS.Build.Builders.BuildKit.Routes;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Sessions.Auth;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Solving.Caches;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.BuildKit.Plans;

/// <summary>Everything that the solves of one build have in common. Disposed after the last.</summary>
internal sealed class BuildPlan : IAsyncDisposable
{
    private const string NoCache = "no-cache";
    private const string InlineCache = "type=inline";
    private const string Capabilities = "frontend.caps";

    // A frontend that does not know named contexts refuses the build then, and does not take images of these names instead.
    private const string KnowsContexts = "moby.buildkit.frontend.contexts+forward";

    private readonly ImageBuild build;
    private readonly CachePlan caches;
    private readonly NamedContexts contexts;
    private readonly StepInputs inputs;
    private readonly SortedDictionary<string, string> attributes;
    private readonly SessionContent session;

    private BuildPlan(
        ImageBuild build, CachePlan caches, NamedContexts contexts, StepInputs inputs, SortedDictionary<string, string> attributes, SessionContent session, IReadOnlyList<FurtherOutput> outputs)
    {
        (this.build, this.caches, this.contexts, this.inputs, this.attributes, this.session) = (build, caches, contexts, inputs, attributes, session);
        FurtherOutputs = outputs;
    }

    /// <summary>Outputs beside the image.</summary>
    public IReadOnlyList<FurtherOutput> FurtherOutputs { get; }

    /// <summary>The images that the Dockerfile names.</summary>
    public IReadOnlyList<ImageReference> Images { get; private init; } = [];

    private bool OldestExporterForm { get; init; }

    /// <summary>Reads everything that the build refers to; nothing is sent yet.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">A secret, a context or a cache is malformed or not there.</exception>
    public static async Task<BuildPlan> CreateAsync(ImageBuild build, BuildKitConnection connection, BuilderSurroundings surroundings, CancellationToken cancellationToken)
    {
        var (function, steps) = (build.Function, build.Function.Builder.Steps);
        FurtherOutput[] outputs = [.. steps.Outputs.Select(output => FurtherOutput.Read(output, function, build.Log))];
        var document = DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath);
        var images = References.Images(build, document);
        build = connection.Daemon.TellsVersion ? build : WrittenPins.Of(build, document, images, surroundings.Pin, connection.Address);
        var caches = await CachePlanner.PlanAsync(CacheInputs(build, surroundings), cancellationToken);
        NamedContexts? contexts = null;
        try
        {
            contexts = await NamedContexts.ReadAsync(steps.Contexts, function.BaseFolder, function.Origin, build.Log, cancellationToken);
            return await CreateAsync(build, connection, surroundings, (document, images), caches, contexts, outputs, cancellationToken);
        }
        catch
        {
            // A cache's lock would be kept from others.
            await caches.DisposeAsync();
            await (contexts?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    private static async Task<BuildPlan> CreateAsync(
        ImageBuild build,
        BuildKitConnection connection,
        BuilderSurroundings surroundings,
        (DockerfileDocument Document, IReadOnlyList<ImageReference> Images) read,
        CachePlan caches,
        NamedContexts contexts,
        IReadOnlyList<FurtherOutput> outputs,
        CancellationToken cancellationToken)
    {
        var (function, steps, (document, images)) = (build.Function, build.Function.Builder.Steps, read);
        var dockerfile = Path.GetFileName(function.Builder.Dockerfile);
        var attributes = DockerfileAttributes.Of(build, dockerfile, connection.Daemon);
        foreach (var (name, value) in contexts.FrontendAttributes.Concat(caches.FrontendAttributes))
        {
            attributes[name] = value;
        }

        if (contexts.FrontendAttributes.Count > 0)
        {
            attributes[Capabilities] = KnowsContexts;
        }

        if (connection.Daemon.TellsVersion)
        {
            foreach (var (name, value) in References.Pins(images, surroundings.Pin))
            {
                attributes.TryAdd(name, value);
            }
        }

        var directories = SessionDirectories.Of(build, dockerfile, contexts.Folders, cancellationToken);

        // Last: it may start an agent, which nothing would end if another part failed.
        var inputs = await StepInputs.OpenAsync(function, surroundings.Environment, cancellationToken);
        ImageReference?[] named = [.. images, References.Frontend(build, document), References.Scanner(steps), .. function.Destination.Names, .. caches.References, .. contexts.References];
        var session = new SessionContent
        {
            SharedKey = SharedKey.Of(function),
            Directories = directories,
            Secret = inputs.SecretAsync,
            SshAgents = inputs.SshAgents,
            Registries = new ReferencedRegistries(named.OfType<ImageReference>(), surroundings.Registries, build.Log),
            Stores = caches.Stores.Concat(contexts.Stores).ToDictionary(StringComparer.Ordinal),
            Log = build.Log,
        };
        return new BuildPlan(build, caches, contexts, inputs, attributes, session, outputs) { Images = images, OldestExporterForm = !connection.Daemon.TellsVersion };
    }

    /// <summary>The solve that makes the image: the last, since it may move a tag.</summary>
    public SolvePlan ForImage(ImageRoute route) => Plan(Attributes(isFirst: FurtherOutputs.Count == 0), route.Exporter, route.Receiver, caches.Exports);

    /// <summary>The solve that gives a further output.</summary>
    /// <param name="index">Its place among <see cref="FurtherOutputs"/>.</param>
    public SolvePlan ForOutput(int index) => Plan(Attributes(index == 0), FurtherOutputs[index].Exporter, FurtherOutputs[index].Receiver, []);

    /// <summary>Puts in place what the solves gave beside the image.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">A file or folder cannot be written.</exception>
    public async Task CommitAsync(SolveResult result, CancellationToken cancellationToken)
    {
        await caches.CompleteAsync(result.Response, cancellationToken);
        foreach (var output in FurtherOutputs)
        {
            await output.Receiver.CommitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var output in FurtherOutputs)
        {
            await output.Receiver.DisposeAsync();
        }

        await inputs.DisposeAsync();
        await contexts.DisposeAsync();
        await caches.DisposeAsync();
    }

    // Only the first solve runs steps; the others find every one in the cache, also where the user wants none of an earlier build.
    private SortedDictionary<string, string> Attributes(bool isFirst)
    {
        if (isFirst)
        {
            return attributes;
        }

        var cached = new SortedDictionary<string, string>(attributes, StringComparer.Ordinal);
        cached.Remove(NoCache);
        return cached;
    }

    private static CacheInputs CacheInputs(ImageBuild build, BuilderSurroundings surroundings) => new()
    {
        From = build.Function.Builder.Steps.CacheFrom,
        To = CacheTo(build),
        BaseFolder = build.Function.BaseFolder,
        Function = build.Function.Name.Value,
        InsecureRegistries = build.Function.Builder.InsecureRegistries,
        Environment = surroundings.Environment,
        Origin = build.Function.Origin,
        Log = build.Log,
    };

    // As the engine's own clients take it.
    private static IReadOnlyList<string> CacheTo(ImageBuild build)
    {
        var given = build.Function.Builder.Steps.CacheTo;
        return build.Arguments.GetValueOrDefault("BUILDKIT_INLINE_CACHE") is "1" or "true" && !given.Any(cache => cache.Contains(InlineCache, StringComparison.Ordinal))
            ? [.. given, InlineCache]
            : given;
    }

    private SolvePlan Plan(IReadOnlyDictionary<string, string> frontend, SolveExporter exporter, IOutputReceiver? receiver, IReadOnlyList<CacheEntry> exports) => new()
    {
        FrontendAttributes = frontend,
        Exporter = exporter,
        OldestExporterForm = OldestExporterForm,
        CacheExports = exports,
        CacheImports = caches.Imports,
        Entitlements = DockerfileAttributes.Entitlements(build.Function.Builder.Steps),
        Session = receiver is null ? session : session with { Outputs = [receiver] },
        DockerfilePath = build.DockerfilePath,
        Progress = build.Function.Builder.Progress,
    };
}
