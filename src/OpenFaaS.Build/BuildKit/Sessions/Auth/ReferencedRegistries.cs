using System.Collections.Concurrent;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Registry.Authentication;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Sessions.Auth;

/// <summary>Credentials for the registries that a build's references name, and for no others.</summary>
/// <param name="references">What the build reads and writes: base images, image names, caches, contexts.</param>
/// <param name="registries">Where credentials come from.</param>
/// <param name="log">Is told of each other registry once.</param>
internal sealed class ReferencedRegistries(IEnumerable<ImageReference> references, RegistryConnections registries, IBuildLog log) : IRegistryAccess
{
    // Docker Hub in images' names, in its own API, and in credentials.
    private static readonly string[] HubNames = ["registry-1.docker.io", "index.docker.io", "docker.io"];

    private const int MostWarnings = 20;

    private readonly ILookup<string, string> repositories = references.ToLookup(reference => reference.Registry, reference => reference.Repository, StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> warned = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public async Task<(string User, string Secret)> CredentialsAsync(string host, CancellationToken cancellationToken)
    {
        var registry = Registry(host);
        if (!repositories.Contains(registry))
        {
            Warn(registry);
            return ("", "");
        }

        return await FindAsync(registry, "", cancellationToken) switch
        {
            null => ("", ""),
            { IdentityToken: { } identity } => ("", identity),
            var credential => (credential.Username, credential.Password),
        };
    }

    /// <inheritdoc/>
    public async Task<(string Token, long ExpiresIn, long IssuedAt)> TokenAsync(
        string host, string realm, string service, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var registry = Registry(host);
        if (!repositories.Contains(registry))
        {
            throw new InvalidOperationException("A token was asked for without credentials.");
        }

        var repository = scopes.Select(RepositoryOf).FirstOrDefault(name => name.Length > 0) ?? "";
        var credential = await FindAsync(registry, repository, cancellationToken);
        var token = await registries.FetchTokenAsync(registry, realm, service, scopes, credential, cancellationToken);
        var now = registries.Options.Time.GetUtcNow();
        return (token.Value, Math.Max(1, (long)(token.RefreshAt - now).TotalSeconds), now.ToUnixTimeSeconds());
    }

    private static string Registry(string host) => HubNames.Contains(host, StringComparer.OrdinalIgnoreCase) ? ImageReference.DockerHub : host;

    // repository:NAME:ACTIONS, where the name may have a port in front of it on some registries.
    private static string RepositoryOf(string scope) =>
        scope.Split(':') is ["repository", .. var name, _] ? string.Join(':', name) : "";

    /// <summary>The credentials of the repository; the daemon names none when it asks for a host, so the first that the build knows there and that has some counts.</summary>
    private async Task<RegistryCredential?> FindAsync(string registry, string repository, CancellationToken cancellationToken)
    {
        // What is pushed to is read from as well, and the daemon uses one account for both.
        RegistryAccess[] kinds = string.Equals(registries.Options.OutputRegistry, registry, StringComparison.OrdinalIgnoreCase)
            ? [RegistryAccess.Push, RegistryAccess.Pull]
            : [RegistryAccess.Pull];
        foreach (var name in repository.Length > 0 ? [repository] : repositories[registry].Distinct(StringComparer.Ordinal))
        {
            foreach (var kind in kinds)
            {
                if (await registries.FindCredentialAsync(registry, name, kind, cancellationToken) is { } credential)
                {
                    return credential;
                }
            }
        }

        return null;
    }

    private void Warn(string registry)
    {
        if (warned.Count < MostWarnings && warned.TryAdd(registry, true))
        {
            log.Report(BuildKitSessionDiagnostics.CredentialsWithheld.With(SafeText.Neutralize(registry)));
        }
    }
}
