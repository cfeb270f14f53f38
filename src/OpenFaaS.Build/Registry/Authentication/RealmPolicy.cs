using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Registry.Authentication;

/// <summary>
/// Decides whether a registry's token server may be asked, and with credentials or without. Credentials go to the registry's own host and
/// to known pairs only: a shipped list, and <c>OPENFAAS_REGISTRY_REALMS=registry=host;…</c>.
/// </summary>
internal sealed class RealmPolicy(Func<string, string?> environment, AddressPolicy addresses)
{
    /// <summary>The variable with more pairs, separated by semicolons or commas.</summary>
    public const string Variable = "OPENFAAS_REGISTRY_REALMS";

    private static readonly (string Registry, string Realm)[] KnownPairs =
    [
        ("docker.io", "auth.docker.io"),
        ("registry.gitlab.com", "gitlab.com"),
        ("docker.elastic.co", "docker-auth.elastic.co"),
        ("registry.connect.redhat.com", "sso.redhat.com"),
        ("registry.digitalocean.com", "api.digitalocean.com"),
    ];

    /// <summary>The realm as an address that may be asked.</summary>
    /// <exception cref="DiagnosticException">The realm is refused.</exception>
    public async Task<Uri> CheckAsync(string registry, Uri endpoint, string realm, bool withCredentials, CancellationToken cancellationToken)
    {
        if (realm.Any(character => character is <= ' ' or '\\' or '\u007f') || !Uri.TryCreate(realm, UriKind.Absolute, out var address) || address.Host.Length == 0)
        {
            throw RegistryDiagnostics.MalformedResponse.With(registry, "the request for a token", "its realm is no address").ToException();
        }

        if (await addresses.RefusalAsync(endpoint, address, cancellationToken) is { } refusal)
        {
            throw Refused(registry, address, refusal);
        }

        if (withCredentials && !IsSameHost(endpoint, address) && !IsPair(registry, address))
        {
            throw Refused(registry, address, "the credentials are for the registry only");
        }

        return address;
    }

    private static DiagnosticException Refused(string registry, Uri realm, string reason) =>
        RegistryDiagnostics.RealmRefused.With(registry, SafeText.Of(realm), reason).ToException();

    private static bool IsSameHost(Uri endpoint, Uri realm) => string.Equals(endpoint.IdnHost, realm.IdnHost, StringComparison.OrdinalIgnoreCase);

    private bool IsPair(string registry, Uri realm)
    {
        var configured = (environment(Variable) ?? "").Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(parts => parts.Length == 2)
            .Select(parts => (Registry: parts[0], Realm: parts[1]));

        // A pair without a port means the scheme's own port.
        var host = realm.IsDefaultPort ? realm.IdnHost : $"{realm.IdnHost}:{realm.Port}";
        return KnownPairs.Concat(configured).Any(pair =>
            pair.Registry.Equals(registry, StringComparison.OrdinalIgnoreCase) && pair.Realm.Equals(host, StringComparison.OrdinalIgnoreCase));
    }
}
