using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>What one build offers to the daemon. Nothing else is answered.</summary>
internal sealed record SessionContent
{
    /// <summary>Identity of the local directories: the daemon sends less when it has seen the key before. Stable per project, and unlike any other's.</summary>
    public required string SharedKey { get; init; }

    /// <summary>Directories by name.</summary>
    public IReadOnlyDictionary<string, LocalDirectory> Directories { get; init; } = new Dictionary<string, LocalDirectory>();

    /// <summary>Receivers of outputs, by the exporter's index.</summary>
    public IReadOnlyList<IOutputReceiver> Outputs { get; init; } = [];

    /// <summary>Reads a secret by its id; null for one that is not this build's.</summary>
    public Func<string, CancellationToken, Task<byte[]?>> Secret { get; init; } = (_, _) => Task.FromResult<byte[]?>(null);

    /// <summary>Paths of SSH agents' sockets by id.</summary>
    public IReadOnlyDictionary<string, string> SshAgents { get; init; } = new Dictionary<string, string>();

    /// <summary>Credentials for the registries that this build's references name.</summary>
    public IRegistryAccess Registries { get; init; } = AnonymousAccess.Instance;

    /// <summary>Content stores by the daemon's name for them: <c>local:…</c> of caches, <c>oci:…</c> of layouts.</summary>
    public IReadOnlyDictionary<string, ContentFolder> Stores { get; init; } = new Dictionary<string, ContentFolder>();

    public required IBuildLog Log { get; init; }

    /// <summary>Is told of failed access to a registry, which a daemon may do without; null where that is the log's.</summary>
    public Action<Diagnostic>? AccessFailed { get; init; }
}
