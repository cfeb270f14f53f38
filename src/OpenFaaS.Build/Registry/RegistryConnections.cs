using System.Collections.Concurrent;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Authentication;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Registry;

/// <summary>All connections to registries of one build, with their tokens. Safe for concurrent use; nothing outlives it.</summary>
public sealed class RegistryConnections : IDisposable
{
    private readonly RegistryOptions options;
    private readonly HttpConnections pools;
    private readonly HttpSender http;
    private readonly CredentialSource credentials;
    private readonly ConcurrentDictionary<string, RegistryHost> hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Connects to nothing yet.</summary>
    public RegistryConnections(RegistryOptions options)
    {
        this.options = options;
        pools = new HttpConnections(options);
        http = new HttpSender(pools, AddressPolicy.System, options.Limits);
        credentials = new CredentialSource(options);
    }

    /// <summary>How registries are reached.</summary>
    public RegistryOptions Options => options;

    /// <summary>A repository of a registry.</summary>
    /// <param name="registry">Host with optional port, as <see cref="ImageReference.Registry"/>.</param>
    /// <param name="repository">Path, as <see cref="ImageReference.Repository"/>.</param>
    /// <param name="access">What it is for. Uploads always ask for the right to write.</param>
    /// <exception cref="ArgumentException">A name is malformed.</exception>
    public RegistryRepository Repository(string registry, string repository, RegistryAccess access = RegistryAccess.Pull)
    {
        // Names reach addresses and token scopes.
        if (!ImageReference.TryParse($"{registry}/{repository}", out var reference) || reference.Tag is not null || reference.Digest is not null
            || !reference.Registry.Equals(registry, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"'{registry}/{repository}' names no repository.", nameof(repository));
        }

        return new RegistryRepository(Host(reference.Registry), reference.Repository, access);
    }

    /// <summary>The repository of a reference.</summary>
    public RegistryRepository Repository(ImageReference reference, RegistryAccess access = RegistryAccess.Pull) =>
        Repository(reference.Registry, reference.Repository, access);

    /// <summary>The credentials for a repository, for a builder that talks to registries itself; null for none.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">A configuration cannot be read, or a helper fails.</exception>
    internal Task<RegistryCredential?> FindCredentialAsync(string registry, string repository, RegistryAccess access, CancellationToken cancellationToken) =>
        credentials.FindAsync(registry, repository, access, cancellationToken);

    /// <summary>A token from the token server that a registry named to a builder.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The token server is not one that may be asked for this registry, or gives no token.</exception>
    internal Task<BearerToken> FetchTokenAsync(
        string registry, string realm, string service, IReadOnlyList<string> scopes, RegistryCredential? credential, CancellationToken cancellationToken) =>
        Host(registry).FetchTokenAsync(realm, service, scopes, credential, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var host in hosts.Values)
        {
            host.Dispose();
        }

        pools.Dispose();
    }

    private RegistryHost Host(string registry) => hosts.GetOrAdd(registry, name => new RegistryHost(name, options, http, AddressPolicy.System, credentials));
}
