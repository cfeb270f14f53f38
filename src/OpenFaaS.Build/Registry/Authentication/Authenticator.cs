using System.Net.Http.Headers;
using System.Text;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Registry.Authentication;

/// <summary>What a request needs: a repository, a kind of access and token scopes.</summary>
/// <param name="Repository">Repository path, for credentials that hold for a part of a registry.</param>
/// <param name="Access">Reading or writing.</param>
/// <param name="Scopes">Token scopes, for example <c>repository:library/busybox:pull</c>.</param>
internal sealed record RequestScope(string Repository, RegistryAccess Access, IReadOnlyList<string> Scopes)
{
    /// <summary>Tokens are kept by this.</summary>
    public string Key => $"{Access} {Repository} {string.Join(' ', Scopes)}";
}

/// <summary>Answers one registry's challenges. Tokens live as long as this object, which is one build.</summary>
internal sealed class Authenticator(string registry, CredentialSource credentials, TokenClient tokens, RealmPolicy realms, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Dictionary<string, BearerToken> cache = new(StringComparer.Ordinal);
    private Challenge? known;

    /// <summary>How messages say which credentials were used.</summary>
    public static string Describe(RegistryCredential? credential) =>
        credential is null ? "no credentials were found" : $"the credentials from {credential.Source} are refused";

    /// <summary>The header of basic authentication.</summary>
    public static AuthenticationHeaderValue Basic(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));

    /// <summary>The header to send without being asked, once the registry's way is known.</summary>
    public async Task<AuthenticationHeaderValue?> HeaderAsync(Uri endpoint, RequestScope scope, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return known switch
            {
                { IsBearer: true } => await BearerAsync(known, endpoint, scope, rejected: null, cancellationToken),
                { IsBasic: true } => await credentials.FindAsync(registry, scope.Repository, scope.Access, cancellationToken) is { IdentityToken: null } credential ? Basic(credential) : null,
                _ => null,
            };
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The header that answers challenges.</summary>
    /// <param name="endpoint">The registry's address.</param>
    /// <param name="challenges">The challenges of the refusal.</param>
    /// <param name="scope">What the request needs.</param>
    /// <param name="rejected">The header that was refused, or null.</param>
    /// <param name="action">The request, for messages.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">No challenge can be answered.</exception>
    public async Task<AuthenticationHeaderValue> AnswerAsync(
        Uri endpoint, IReadOnlyList<Challenge> challenges, RequestScope scope, AuthenticationHeaderValue? rejected, string action, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (challenges.FirstOrDefault(challenge => challenge.IsBearer && challenge["realm"].Length > 0) is { } bearer)
            {
                var header = await BearerAsync(bearer, endpoint, scope, rejected, cancellationToken);
                known = bearer;
                return header;
            }

            if (!challenges.Any(challenge => challenge.IsBasic))
            {
                throw RegistryDiagnostics.MalformedResponse.With(registry, action, "it wants an authentication that is neither Basic nor Bearer").ToException();
            }

            var credential = await credentials.FindAsync(registry, scope.Repository, scope.Access, cancellationToken);
            if (credential is not { IdentityToken: null } || rejected?.Scheme == "Basic")
            {
                throw RegistryDiagnostics.Unauthorized.With(registry, action, Describe(credential)).ToException();
            }

            known = challenges.First(challenge => challenge.IsBasic);
            return Basic(credential);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The failure of a request that is refused although its challenge was answered.</summary>
    public async Task<DiagnosticException> RefusalAsync(RequestScope scope, string action, CancellationToken cancellationToken) =>
        RegistryDiagnostics.Unauthorized.With(registry, action, Describe(await credentials.FindAsync(registry, scope.Repository, scope.Access, cancellationToken))).ToException();

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private async Task<AuthenticationHeaderValue> BearerAsync(
        Challenge challenge, Uri endpoint, RequestScope scope, AuthenticationHeaderValue? rejected, CancellationToken cancellationToken)
    {
        if (!cache.TryGetValue(scope.Key, out var token) || token.RefreshAt <= time.GetUtcNow() || token.Value == rejected?.Parameter)
        {
            var credential = await credentials.FindAsync(registry, scope.Repository, scope.Access, cancellationToken);
            var realm = await realms.CheckAsync(registry, endpoint, challenge["realm"], credential is not null, cancellationToken);

            // A remembered challenge names the scope of another request.
            var asked = ReferenceEquals(challenge, known) ? [] : challenge["scope"].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            token = await tokens.FetchAsync(registry, realm, challenge["service"], [.. scope.Scopes.Union(asked, StringComparer.Ordinal)], credential, cancellationToken);
            cache[scope.Key] = token;
        }

        return new AuthenticationHeaderValue("Bearer", token.Value);
    }
}
