using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>The rules for refs of template sources: what git itself allows in a name, less what a shell, a file system or an option could take for something else.</summary>
internal static partial class GitRef
{
    private const int Longest = 255;
    private const string CommitPrefix = "sha-";

    /// <summary>The ref as it is.</summary>
    /// <exception cref="DiagnosticException">It is refused.</exception>
    public static string Check(string reference)
    {
        var why = reference.Length == 0 ? "it is empty"
            : reference.Length > Longest ? $"it is longer than {Longest} characters"
            : reference[0] is '-' or '/' ? "it begins with - or /"
            : reference.Contains("..", StringComparison.Ordinal) || reference.Contains("@{", StringComparison.Ordinal) ? "it holds .. or @{"
            : !Characters.IsMatch(reference) ? "it holds other characters"
            : reference.Split('/').Any(part => part.Length == 0 || part[0] == '.' || part.EndsWith(".lock", StringComparison.OrdinalIgnoreCase)) || reference[^1] == '.'
                ? "a part of it is empty, begins or ends with a dot, or ends with .lock"
            : null;
        return why is null ? reference : throw TemplateSourceDiagnostics.RefRefused.With(SafeText.Neutralize(reference), why).ToException();
    }

    /// <summary>The commit that a ref names by its id, lower-case: <c>sha-</c> and at least 7 digits, or a full id; else null.</summary>
    public static string? CommitOf(string? reference) =>
        reference is null ? null
        : IsFullCommit(reference) ? reference.ToLowerInvariant()
        : reference.StartsWith(CommitPrefix, StringComparison.Ordinal) && Shortened.IsMatch(reference[CommitPrefix.Length..]) ? reference[CommitPrefix.Length..].ToLowerInvariant()
        : null;

    /// <summary>Whether a text is a full id: 40 digits, or 64 of a repository with SHA-256.</summary>
    public static bool IsFullCommit(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigit);

    [GeneratedRegex(@"^[\-+/A-Za-z0-9_.]+\z")]
    private static partial Regex Characters { get; }

    [GeneratedRegex(@"^[0-9A-Fa-f]{7,64}\z")]
    private static partial Regex Shortened { get; }
}
