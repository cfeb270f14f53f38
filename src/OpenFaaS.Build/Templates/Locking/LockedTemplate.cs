using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Templates.Locking;

/// <summary>Where a template came from and what it was.</summary>
/// <param name="Source">Repository's address without credentials, <c>nuget:Id/Version</c>, or a folder relative to the lock file.</param>
/// <param name="Ref">Branch, tag or commit that was asked for; null for the default branch, packages and folders.</param>
/// <param name="Commit">Commit that it was then, 40 or 64 hex digits; null for packages and folders.</param>
/// <param name="Tree">Digest over paths, modes and contents of the template's files.</param>
internal sealed partial record LockedTemplate(string Source, string? Ref, string? Commit, Digest Tree)
{
    /// <summary>What fixes the content for ever, for messages: <c>commit …</c> or <c>package …</c>; null for a folder, which may change.</summary>
    public string? Identity => Commit is not null ? "commit " + Commit : Source.StartsWith("nuget:", StringComparison.Ordinal) ? "package " + Source["nuget:".Length..].ToLowerInvariant() : null;

    /// <summary>Whether the text is a commit.</summary>
    public static bool IsCommit(string text) => text.Length is 40 or 64 && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");

    /// <summary>Refuses an address with a password, and over http with a user or a query, where access tokens stand.</summary>
    /// <exception cref="DiagnosticException">The source carries credentials; the message does not repeat it.</exception>
    public void EnsureNoCredentials(string name)
    {
        if (CredentialPattern().IsMatch(Source))
        {
            throw TemplateSourceDiagnostics.CredentialsInLock.With(name).ToException();
        }
    }

    // ssh://git@host and git@host:path name the account of the service, which is no secret.
    [GeneratedRegex(@"^(?:git\+)?https?:/*[^/?#]*@|^(?:git\+)?https?:[^#]*\?|^[^/]*:/+[^/?#@]*:[^/?#]*@|^[^/@]*:[^/@]*@", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex CredentialPattern();
}
