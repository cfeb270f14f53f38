namespace OpenFaaS.Build.Registry.Authentication;

/// <summary>A user name with password, or an identity token. Printing it gives the source only.</summary>
/// <param name="Username">User name; empty with an identity token.</param>
/// <param name="Password">Password; empty with an identity token.</param>
/// <param name="IdentityToken">OAuth2 refresh token, or null.</param>
/// <param name="Source">Where it was found, as messages say it.</param>
internal sealed record RegistryCredential(string Username, string Password, string? IdentityToken, string Source)
{
    /// <summary>The user name by which docker marks a password that is an identity token.</summary>
    public const string TokenUsername = "<token>";

    /// <summary>A credential from a user name and a secret, of either kind.</summary>
    public static RegistryCredential From(string username, string secret, string source) =>
        username == TokenUsername ? new("", "", secret, source) : new(username, secret, null, source);

    /// <inheritdoc/>
    public override string ToString() => Source;
}
