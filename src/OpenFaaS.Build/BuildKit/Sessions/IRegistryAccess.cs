namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>What the daemon may know about registries.</summary>
internal interface IRegistryAccess
{
    /// <summary>User and secret for a host as the daemon names it; both empty for anonymous access, user empty for an identity token.</summary>
    Task<(string User, string Secret)> CredentialsAsync(string host, CancellationToken cancellationToken);

    /// <summary>A token, fetched here so that the secret stays here.</summary>
    /// <returns>Token, seconds until it expires, time of issue in seconds since the Unix epoch.</returns>
    Task<(string Token, long ExpiresIn, long IssuedAt)> TokenAsync(string host, string realm, string service, IReadOnlyList<string> scopes, CancellationToken cancellationToken);
}

/// <summary>No credentials for anyone.</summary>
internal sealed class AnonymousAccess : IRegistryAccess
{
    public static AnonymousAccess Instance { get; } = new();

    public Task<(string User, string Secret)> CredentialsAsync(string host, CancellationToken cancellationToken) => Task.FromResult(("", ""));

    public Task<(string Token, long ExpiresIn, long IssuedAt)> TokenAsync(
        string host, string realm, string service, IReadOnlyList<string> scopes, CancellationToken cancellationToken) => throw new NotSupportedException();
}
