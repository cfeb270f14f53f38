using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace OpenFaaS.Build.Oci;

/// <summary>An image reference in the grammar of the distribution project: <c>[host[:port]/]path[:tag][@digest]</c>, with Docker Hub's short names completed.</summary>
/// <param name="Registry">Host with optional port, for example <c>docker.io</c> or <c>127.0.0.1:5000</c>.</param>
/// <param name="Repository">Path, lower case, for example <c>library/busybox</c>.</param>
/// <param name="Tag">Tag, or null.</param>
/// <param name="Digest">Digest, or null.</param>
public sealed partial record ImageReference(string Registry, string Repository, string? Tag, Digest? Digest)
{
    /// <summary>Docker Hub's name in references.</summary>
    public const string DockerHub = "docker.io";

    /// <summary><c>registry/repository</c></summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>What a registry is asked for: the digest if there is one, else the tag, else <c>latest</c>.</summary>
    public string TagOrDigest => Digest?.ToString() ?? Tag ?? "latest";

    /// <summary>Parses a reference; upper case in the path, empty parts and overlong names are refused.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        if (string.IsNullOrEmpty(text) || text.Length > 1024)
        {
            return false;
        }

        Digest? digest = null;
        var rest = text;
        if (text.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            if (!Oci.Digest.TryParse(text[(at + 1)..], out var parsed))
            {
                return false;
            }

            digest = parsed;
            rest = text[..at];
        }

        string? tag = null;
        var colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/'))
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!IsTag(tag))
            {
                return false;
            }
        }

        var (registry, path) = SplitRegistry(rest);
        if (!RegistryPattern().IsMatch(registry) || !IsRepository(path))
        {
            return false;
        }

        reference = new ImageReference(registry, path, tag, digest);
        return true;
    }

    /// <summary>Whether the text is a tag: at most 128 word characters, dots and dashes.</summary>
    public static bool IsTag(string? tag) => tag is not null && TagPattern().IsMatch(tag);

    /// <summary>Whether the text is a repository path, at most 255 characters.</summary>
    public static bool IsRepository(string? path) => path is { Length: > 0 and <= 255 } && RepositoryPattern().IsMatch(path);

    /// <summary>Whether the text is a registry: host name or address with optional port.</summary>
    public static bool IsRegistry(string? registry) => registry is { Length: > 0 and <= 255 } && RegistryPattern().IsMatch(registry);

    /// <summary>The full reference, as <c>docker pull</c> takes it.</summary>
    public override string ToString() => Name + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    private static (string Registry, string Path) SplitRegistry(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var isHost = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal)
            || first == "localhost" || first.Any(char.IsAsciiLetterUpper);
        var (registry, path) = isHost ? (first, name[(slash + 1)..]) : (DockerHub, name);
        registry = registry == "index.docker.io" ? DockerHub : registry;
        return (registry, registry == DockerHub && !path.Contains('/', StringComparison.Ordinal) ? "library/" + path : path);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"\A(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegistryPattern();
}
