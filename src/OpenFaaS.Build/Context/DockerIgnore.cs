using System.Collections.Concurrent;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Context;

/// <summary>The patterns of a <c>.dockerignore</c> file, with the meaning that Docker gives them: later lines win, <c>!</c> brings back, a matched folder takes its content along. Safe for concurrent use.</summary>
public sealed class DockerIgnore
{
    private const int MaxSize = 4 * 1024 * 1024;
    private readonly PatternList rules;
    private readonly ConcurrentDictionary<string, bool[]> folders = new(StringComparer.Ordinal);

    private DockerIgnore(IReadOnlyList<PathPattern> rules) => this.rules = new PatternList(rules);

    /// <summary>Ignores nothing.</summary>
    public static DockerIgnore None { get; } = new([]);

    /// <summary>Whether a line brings something back, so that ignored folders must still be entered.</summary>
    public bool HasExceptions => rules.HasExceptions;

    /// <summary>Parses the text of an ignore file.</summary>
    /// <param name="text">Content; a byte order mark and CRLF are accepted.</param>
    /// <param name="fileName">How errors name the file.</param>
    public static DockerIgnore Parse(string text, string fileName)
    {
        if (text.Length > MaxSize)
        {
            throw LayerDiagnostics.MalformedIgnoreFile.With("(file larger than 4 MiB)").At(fileName).ToException();
        }

        var rules = new List<PathPattern>();
        var number = 0;
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            if (raw.StartsWith('#') || raw.Trim() is not { Length: > 0 } line)
            {
                continue;
            }

            var isException = line[0] == '!';
            var pattern = isException ? line[1..].Trim() : line;
            if (pattern.Length == 0)
            {
                throw LayerDiagnostics.MalformedIgnoreFile.With(line).At(fileName, number).ToException();
            }

            pattern = PathPattern.Clean(pattern);
            if (pattern != ".")
            {
                rules.Add(PathPattern.Create(pattern, isException)
                    ?? throw LayerDiagnostics.MalformedIgnoreFile.With(line).At(fileName, number).ToException());
            }
        }

        return new DockerIgnore(rules);
    }

    /// <summary>Whether a path (relative, with <c>/</c>) is ignored, by itself or because a folder above it is.</summary>
    public bool Matches(string path) => rules.Count > 0 && rules.Matches(path, FolderOf(path), new bool[rules.Count]);

    // An exception for a folder brings back only what a pattern for that folder took: this is why what matched the folder is handed on.
    private bool[]? FolderOf(string path)
    {
        var folder = PathNames.Parent(path);
        return folder.Length == 0 ? null : folders.GetOrAdd(folder, MatchedOf);
    }

    private bool[] MatchedOf(string folder)
    {
        var matched = new bool[rules.Count];
        rules.Matches(folder, FolderOf(folder), matched);
        return matched;
    }
}
