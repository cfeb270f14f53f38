using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Embedded;
using OpenFaaS.Build.Builders.Embedded.Bases;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Publishing;

/// <summary>What the steps of one publish share; ended with it.</summary>
internal sealed class PublishSession : IAsyncDisposable
{
    private readonly TemporaryFolder temporary;

    public PublishSession(BuildRequest request, FunctionModel function, IBuildLog log, Func<string, string?> environment)
    {
        Request = request;
        Function = function;
        Log = log;
        Environment = environment;
        temporary = new TemporaryFolder(function.Project.OutputFolder);
        Registries = new RegistryConnections(new RegistryOptions
        {
            InsecureRegistries = function.Builder.InsecureRegistries,
            OutputRegistry = function.Destination is RegistryDestination registry ? registry.Names[0].Registry : null,
            BaseRegistry = function.Image.BaseImage?.Registry,
            Environment = environment,
            Log = log,
        });
        Downloads = new BlobDownloads(Registries, temporary.Path);
        Catalog = new BuilderCatalog([new EmbeddedBuilder(new RegistryBaseImages(Registries, Downloads, temporary.Path))]);
    }

    public BuildRequest Request { get; }

    public FunctionModel Function { get; }

    public IBuildLog Log { get; }

    /// <summary>Environment variables by name.</summary>
    public Func<string, string?> Environment { get; }

    public RegistryConnections Registries { get; }

    /// <summary>Blobs of base images that had to be downloaded.</summary>
    public BlobDownloads Downloads { get; }

    /// <summary>Every builder, in the order of <c>auto</c>: a new one is a line here.</summary>
    public BuilderCatalog Catalog { get; }

    /// <summary>A private folder that is removed at the end.</summary>
    public string TemporaryFolder => temporary.Path;

    public ValueTask DisposeAsync()
    {
        Registries.Dispose();
        temporary.Dispose();
        return ValueTask.CompletedTask;
    }
}
