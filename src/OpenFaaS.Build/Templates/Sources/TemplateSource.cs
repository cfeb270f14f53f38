using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>Where templates come from: a git repository, a package or a folder.</summary>
internal abstract partial record TemplateSource
{
    private const int Longest = 2048;
    private const string Packages = "nuget:";
    private const string GitPrefix = "git+";

    /// <summary>Reads a source as users write it.</summary>
    /// <param name="text"><c>git+https://…#ref</c>, <c>https://…#ref</c>, <c>ssh://…#ref</c>, <c>git@host:path#ref</c>, <c>nuget:Id/1.2.3</c>, a folder, or a local repository with <c>#ref</c>.</param>
    /// <param name="baseFolder">What a relative folder is relative to.</param>
    /// <exception cref="DiagnosticException">It is none, its form is refused, or the folder does not exist.</exception>
    public static TemplateSource Parse(string text, string baseFolder)
    {
        if (text.Trim() is not { Length: > 0 and <= Longest })
        {
            throw Refused(text, text.Length > Longest ? $"it is longer than {Longest} characters" : "it is empty");
        }

        if (text.Any(char.IsControl))
        {
            throw Refused(text, "it holds control characters");
        }

        if (text[0] == '-')
        {
            throw Refused(text, "it begins with -");
        }

        return text.StartsWith(Packages, StringComparison.OrdinalIgnoreCase) ? Package(text)
            : HelperForm.IsMatch(text) ? throw Refused(text, "it names a helper program of git")
            : text.Contains("://", StringComparison.Ordinal) ? Address(text, baseFolder)
            : ScpForm.IsMatch(text) ? GitAddress.ParseScp(text)
            : Folder(text, text, baseFolder);
    }

    /// <summary>The source as messages may show it: no credentials, no control characters.</summary>
    internal static string Shown(string text) => SafeText.Neutralize(Query.Replace(UserInformation.Replace(text, "***@"), "?***"));

    /// <summary>The error for a form that is not taken.</summary>
    internal static DiagnosticException Refused(string text, string why) => TemplateSourceDiagnostics.SourceRefused.With(Shown(text), why).ToException();

    /// <summary>Splits off what follows the first <c>#</c>.</summary>
    internal static (string Address, string? Reference) SplitReference(string text) =>
        text.IndexOf('#', StringComparison.Ordinal) is var mark and >= 0 ? (text[..mark], text[(mark + 1)..]) : (text, null);

    private static TemplateSource Address(string text, string baseFolder)
    {
        var isMarked = text.StartsWith(GitPrefix, StringComparison.OrdinalIgnoreCase);
        var address = isMarked ? text[GitPrefix.Length..] : text;
        const string files = "file://";
        if (!address.StartsWith(files, StringComparison.OrdinalIgnoreCase))
        {
            return GitAddress.Parse(text, address);
        }

        if (!isMarked)
        {
            throw Refused(text, "file: is no source; write the folder itself, or git+file:// for a repository");
        }

        var source = Folder(text, address[files.Length..], baseFolder);
        return source is FolderSource folder ? new GitSource(folder.Path, null) : source;
    }

    private static TemplateSource Folder(string text, string path, string baseFolder)
    {
        var whole = Path.GetFullPath(path, baseFolder);
        if (Directory.Exists(whole))
        {
            return new FolderSource(whole);
        }

        var (folder, reference) = SplitReference(path);
        var full = folder.Length > 0 ? Path.GetFullPath(folder, baseFolder) : whole;
        return reference is null || !Directory.Exists(full)
            ? throw TemplateSourceDiagnostics.SourceFolderNotFound.With(Shown(text), SafeText.Neutralize(full)).ToException()
            : new GitSource(full, GitRef.Check(reference));
    }

    private static PackageSource Package(string text)
    {
        var parts = text[Packages.Length..].Split('/');
        return parts is not [var id, var version] ? throw Malformed(text, "it is not ID/VERSION")
            : id.Length > 100 || !PackageId.IsMatch(id) ? throw Malformed(text, $"'{SafeText.Neutralize(id)}' is no id")
            : version.Length > 100 || !PackageVersion.IsMatch(version) ? throw Malformed(text, $"'{SafeText.Neutralize(version)}' is no exact version")
            : new PackageSource(id, version);
    }

    private static DiagnosticException Malformed(string text, string why) => TemplateSourceDiagnostics.PackageSourceMalformed.With(Shown(text), why).ToException();

    [GeneratedRegex(@"^[A-Za-z0-9+.\-]+::")]
    private static partial Regex HelperForm { get; }

    // A colon after a slash belongs to a path, and one letter before it is a drive.
    [GeneratedRegex("^[^/\\\\:#]+@[^/\\\\:#]*:")]
    private static partial Regex ScpForm { get; }

    [GeneratedRegex("^.*:.*@")]
    private static partial Regex UserInformation { get; }

    [GeneratedRegex(@"\?.*$")]
    private static partial Regex Query { get; }

    [GeneratedRegex(@"^[A-Za-z0-9_]+([.\-][A-Za-z0-9_]+)*\z")]
    private static partial Regex PackageId { get; }

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+){1,3}(-[0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*)?(\+[0-9A-Za-z.\-]+)?\z")]
    private static partial Regex PackageVersion { get; }
}

/// <summary>A git repository.</summary>
/// <param name="Url">Its address without credentials, or the full path of a local one.</param>
/// <param name="Ref">Branch, tag, or a commit as <c>sha-&lt;hex&gt;</c> or full id; null is what the repository's HEAD names.</param>
internal sealed record GitSource(string Url, string? Ref) : TemplateSource
{
    /// <summary>User and password that stood in the address; not among the properties that the record prints.</summary>
    internal GitCredential? Credential { get; init; }

    /// <summary>Whether it is a folder of this machine.</summary>
    public bool IsLocal => Path.IsPathFullyQualified(Url);
}

/// <summary>A folder that holds templates as subfolders.</summary>
/// <param name="Path">Its full path.</param>
internal sealed record FolderSource(string Path) : TemplateSource;

/// <summary>A package with a <c>template</c> folder.</summary>
/// <param name="Id">The package's id as written.</param>
/// <param name="Version">The exact version.</param>
internal sealed record PackageSource(string Id, string Version) : TemplateSource;
