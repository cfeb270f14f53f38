using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>Tells from git's own words what went wrong. git is run with <c>LC_ALL=C</c>, and has no other codes.</summary>
internal static class GitFailure
{
    // The order matters: ssh's reasons come with "could not read from remote repository", https's with "unable to access".
    private static readonly (DiagnosticDescriptor Descriptor, string[] Marks)[] Known =
    [
        (TemplateSourceDiagnostics.DubiousOwnership, ["dubious ownership"]),
        (TemplateSourceDiagnostics.UnknownHostKey, ["Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED"]),
        (TemplateSourceDiagnostics.AccessDenied,
            ["could not read Username", "could not read Password", "terminal prompts disabled", "Authentication failed", "returned error: 401", "returned error: 403", "Permission denied"]),
        (TemplateSourceDiagnostics.RepositoryNotFound,
            ["not found", "does not appear to be a git repository", "does not exist", "returned error: 404", "returned error: 410", "not a git repository"]),
        (TemplateSourceDiagnostics.RepositoryDamaged,
            ["fsck error", "error in object", "error: object ", "index-pack failed", "bad tree", "corrupt", "inflate:", "hasDot", "duplicateEntries", "treeNotSorted", "unable to parse"]),
        (TemplateSourceDiagnostics.CommitNotFound, ["not our ref", "unadvertised object", "Needed a single revision"]),
        (TemplateSourceDiagnostics.GitTimedOut, ["Operation too slow", "timed out", "Timed out", "Timeout"]),
        (TemplateSourceDiagnostics.Unreachable,
            ["Could not resolve", "Failed to connect", "Couldn't connect", "Connection refused", "Connection reset", "No route to host", "unreachable", "SSL ", "certificate",
                "returned error: 5", "unexpected disconnect", "early EOF", "hung up unexpectedly", "Empty reply", "unable to access"]),
    ];

    /// <summary>The coded error for what git wrote.</summary>
    /// <param name="source">The repository.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="subject">The commit or ref that was asked for, for those errors that name it.</param>
    public static DiagnosticException Of(GitSource source, string error, string subject)
    {
        var text = Told(source, error);
        var descriptor = Known.FirstOrDefault(row => row.Marks.Any(mark => error.Contains(mark, StringComparison.Ordinal))).Descriptor ?? TemplateSourceDiagnostics.GitFailed;
        return descriptor.With(Name(source), descriptor == TemplateSourceDiagnostics.CommitNotFound ? subject : text).ToException();
    }

    /// <summary>The error for a call that took too long or could not be started.</summary>
    public static DiagnosticException TimedOut(GitSource source, string why) => TemplateSourceDiagnostics.GitTimedOut.With(Name(source), why).ToException();

    /// <summary>The repository as messages name it.</summary>
    public static string Name(GitSource source) => $"'{SafeText.Neutralize(source.Url)}'";

    /// <summary>Whether the server could not be asked, rather than answered with a refusal.</summary>
    public static bool IsUnreachable(DiagnosticException error) =>
        error.Diagnostics[0].Descriptor == TemplateSourceDiagnostics.Unreachable || error.Diagnostics[0].Descriptor == TemplateSourceDiagnostics.GitTimedOut;

    // Lines that say why begin with one of three words; a server's own lines begin with "remote:".
    private static string Told(GitSource source, string error)
    {
        var redacted = source.Credential?.Redact(error) ?? error;
        var lines = redacted.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var telling = lines.Where(line => line.StartsWith("fatal:", StringComparison.Ordinal) || line.StartsWith("error:", StringComparison.Ordinal)
            || line.StartsWith("remote:", StringComparison.Ordinal) || line.Contains("Host key", StringComparison.Ordinal) || line.Contains("Permission denied", StringComparison.Ordinal)).ToList();
        var text = SafeText.Neutralize(string.Join("; ", (telling.Count > 0 ? telling : [.. lines]).Take(4))).TrimEnd('.');
        return text.Length > 0 ? text : "git said nothing";
    }
}
