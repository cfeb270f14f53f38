namespace OpenFaaS.Build.Templates.Sources;

/// <summary>What stood before the <c>@</c> of an https address, decoded. Never printed.</summary>
/// <param name="User">User; a token may stand here alone.</param>
/// <param name="Password">Password or token, or null.</param>
internal sealed record GitCredential(string User, string? Password)
{
    private const string UserVariable = "OPENFAAS_TEMPLATE_GIT_USER";
    private const string PasswordVariable = "OPENFAAS_TEMPLATE_GIT_PASSWORD";

    // Runs in the shell that git brings; what is secret is only named here.
    private const string Helper = $"!f() {{ test \"$1\" = get && printf 'username=%s\\npassword=%s\\n' \"${UserVariable}\" \"${PasswordVariable}\"; }}; f";

    /// <summary>Settings that let git give the credential to this one scheme, host and port. An address with credentials would stand in the arguments of git's own children.</summary>
    /// <param name="server"><c>https://host:port</c></param>
    public IReadOnlyList<(string Name, string Value)> Settings(string server) =>
    [
        ($"credential.{server}.username", User),

        // With a password of its own the address needs no helper of the user's, and none may store it.
        .. Password is null ? Array.Empty<(string, string)>() : [($"credential.{server}.helper", "")],
        ($"credential.{server}.helper", Helper),
    ];

    /// <summary>The variables that the settings name.</summary>
    public IReadOnlyDictionary<string, string?> Variables => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        [UserVariable] = User,
        [PasswordVariable] = Password ?? "",
    };

    /// <summary>Takes the credential out of a text, however it is written there.</summary>
    public string Redact(string text) =>
        new[] { Password, Password is null ? User : null }
            .OfType<string>()
            .Where(secret => secret.Length > 0)
            .SelectMany(secret => new[] { secret, Uri.EscapeDataString(secret) })
            .Aggregate(text, (current, secret) => current.Replace(secret, "***", StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString() => "***";
}
