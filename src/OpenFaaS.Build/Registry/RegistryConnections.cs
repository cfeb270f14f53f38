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

        var host = hosts.GetOrAdd(reference.Registry, name => new RegistryHost(name, options, http, AddressPolicy.System, credentials));
        return new RegistryRepository(host, reference.Repository, access);
    }

    /// <summary>The repository of a reference.</summary>
    public RegistryRepository Repository(ImageReference reference, RegistryAccess access = RegistryAccess.Pull) =>
        Repository(reference.Registry, reference.Repository, access);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var host in hosts.Values)
        {
            host.Dispose();
        }

        pools.Dispose();
    }
}
