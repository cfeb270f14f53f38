using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.BuildKit;
using OpenFaaS.Build.Builders.BuildKit.Plans;
using OpenFaaS.Build.Builders.Docker;
using OpenFaaS.Build.Builders.Embedded;
using OpenFaaS.Build.Builders.Embedded.Bases;
using OpenFaaS.Build.Builders.Img;
using OpenFaaS.Build.Builders.K3c;
using OpenFaaS.Build.Builders.Kaniko;
using OpenFaaS.Build.Builders.Kaniko.Kubernetes;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Builders.Nerdctl;
using OpenFaaS.Build.Builders.FunctionBuilder;
using OpenFaaS.Build.Builders.Podman;
using OpenFaaS.Build.Builders.Pouch;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing.Outputs;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Shrinkwrap;
using OpenFaaS.Build.Templates;
using OpenFaaS.Build.Templates.Locking;

namespace OpenFaaS.Build.Publishing;

/// <summary>What the functions of one publish share: connections, base images, templates. Ended with it.</summary>
internal sealed class PublishSession : IAsyncDisposable
{
    private readonly TemporaryFolder temporary;

    private PublishSession(
        BuildRequest request, PublishSettings settings, IReadOnlyList<RequestedFunction> functions, LockSession lockFile, IBuildLog log, Func<string, string?> environment)
    {
        Request = request;
        Settings = settings;
        LockFile = lockFile;
        Log = log;
        Environment = environment;
        IsForSeveral = functions.Count > 1;
        OwnOutputs = [.. functions.SelectMany(function => Shrinkwrap.OwnOutputs.Of(function.Model, function.Request).Concat(StepOutputs.Of(function.Model))).Distinct(StringComparer.Ordinal)];
        CiOutputs = new CiOutputs(request, environment);
        temporary = new TemporaryFolder(request.OutputDirectory);
        Registries = new RegistryConnections(new RegistryOptions
        {
            InsecureRegistries = [.. functions.SelectMany(function => function.Model.Builder.InsecureRegistries).Distinct(StringComparer.Ordinal)],
            OutputRegistry = OnlyOne(functions.Select(function => (function.Model.Destination as RegistryDestination)?.Names[0].Registry)),
            BaseRegistry = OnlyOne(functions.Select(function => function.Model.Image.BaseImage?.Registry)),
            Environment = environment,
            Log = log,
        });
        Downloads = new BlobDownloads(Registries, temporary.Path);
        Tags = new ImageTags(environment, log);
        ContentTag = new ContentTag(Registries, Pin);
        Templates = TemplateResolver.Create(settings, lockFile, request.Property("FunctionBundledTemplates"), Registries.Options);
        var surroundings = new BuilderSurroundings(Registries, Pin, environment);
        Catalog = new BuilderCatalog(
        [
            new EmbeddedBuilder(new PinnedBaseImages(new RegistryBaseImages(Registries, Downloads, temporary.Path), Pin, lockFile.Use)),
            new BuildKitBuilder(surroundings, BuildKitProfile.Own),
            new DockerBuilder(surroundings, new BuildKitBuilder(surroundings, new BuildKitProfile("docker", engine => engine))),
            new PodmanBuilder(surroundings),
            new BuildahBuilder(surroundings),
            new NerdctlBuilder(surroundings),
            new KanikoBuilder(
                surroundings,
                [
                    new ContainerRunner(ContainerCommand.Docker, environment),
                    new ContainerRunner(ContainerCommand.Podman, environment),
                    new ExecutorRunner(environment, KeptFolders.OfThisProcess),
                    .. ClusterSupport.IsAvailable ? [new KubernetesRunner(environment)] : Array.Empty<IKanikoRunner>(),
                ]),
            new RetiredEngineBuilder(new ImgBuilder(surroundings), ImgBuilder.Retired, ImgBuilder.Successors),
            new RetiredEngineBuilder(new BuildKitBuilder(surroundings, new BuildKitProfile(K3cDaemon.Name, K3cDaemon.Place(environment))), K3cDaemon.Retired, K3cDaemon.Successors),
            new RetiredEngineBuilder(new BuildKitBuilder(surroundings, new BuildKitProfile(PouchDaemon.Name, PouchDaemon.Place)), PouchDaemon.Retired, PouchDaemon.Successors),
            new OpenFaaSBuilder(surroundings),
        ]);
    }

    /// <summary>The project's request.</summary>
    public BuildRequest Request { get; }

    public PublishSettings Settings { get; }

    public LockSession LockFile { get; }

    public IBuildLog Log { get; }

    /// <summary>Environment variables by name.</summary>
    public Func<string, string?> Environment { get; }

    /// <summary>Whether the publish has more than one function, so that outputs have to say which is which.</summary>
    public bool IsForSeveral { get; }

    /// <summary>Full paths of what the functions write: no context holds them.</summary>
    public IReadOnlyList<string> OwnOutputs { get; }

    public CiOutputs CiOutputs { get; }

    public RegistryConnections Registries { get; }

    /// <summary>Blobs of base images that had to be downloaded.</summary>
    public BlobDownloads Downloads { get; }

    /// <summary>Tags from repositories, each asked once.</summary>
    public ImageTags Tags { get; }

    /// <summary>Tags from what images are made of.</summary>
    public ContentTag ContentTag { get; }

    /// <summary>Every builder, in the order of <c>auto</c>: a new one is a line here.</summary>
    public BuilderCatalog Catalog { get; }

    /// <summary>Templates, each found and fetched once.</summary>
    public TemplateResolver Templates { get; }

    /// <summary>The files of templates, read once.</summary>
    public TemplateFiles TemplateFiles { get; } = new();

    /// <summary>Opens the lock file and makes the session.</summary>
    /// <exception cref="DiagnosticException">The lock file cannot be read, or is missing in locked mode.</exception>
    public static async Task<PublishSession> OpenAsync(
        BuildRequest request, PublishSettings settings, IReadOnlyList<RequestedFunction> functions, IBuildLog log, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var lockFile = await LockSession.OpenAsync(settings.LockFile, settings.LockedMode, cancellationToken);
        try
        {
            return new PublishSession(request, settings, functions, lockFile, log, environment);
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    /// <summary>The digest that a base image is pinned to; null while pins are made anew.</summary>
    public Digest? Pin(ImageReference reference) => Settings.Pull == TemplatePull.AsNeeded ? LockFile.Pin(reference) : null;

    /// <summary>Says which digest a base image has in an image that stands.</summary>
    public void UseBase(string name, string digest)
    {
        if (ImageReference.TryParse(name, out var reference) && Digest.TryParse(digest, out var parsed))
        {
            LockFile.Use(reference, parsed);
        }
    }

    /// <summary>A private folder for one function that is removed at the end.</summary>
    public string TemporaryFolderFor(FunctionName function) => temporary.Below(function.Value);

    /// <summary>Removes a function's folder, whose layers are where they belong by now.</summary>
    public void RemoveTemporaryFolderOf(FunctionName function) => temporary.RemoveBelow(function.Value);

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var builder in Catalog.Builders.OfType<IAsyncDisposable>())
            {
                await builder.DisposeAsync();
            }
        }
        finally
        {
            Registries.Dispose();
            LockFile.Dispose();
            temporary.Dispose();
        }
    }

    // The variables that hold credentials for one registry are for none where there are several.
    private static string? OnlyOne(IEnumerable<string?> registries) =>
        registries.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Take(2).ToList() is [var only] ? only : null;
}
