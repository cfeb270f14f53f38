using System.Text;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Context;

/// <summary>The patterns of a <c>.dockerignore</c> file, with the meaning that Docker gives them: later lines win, <c>!</c> brings back, a matched folder takes its content along.</summary>
public sealed class DockerIgnore
{
    private const int MaxSize = 4 * 1024 * 1024;
    private readonly List<Rule> rules = [];

    private DockerIgnore()
    {
    }

    /// <summary>Ignores nothing.</summary>
    public static DockerIgnore None { get; } = new();

    /// <summary>Whether a line brings something back, so that ignored folders must still be entered.</summary>
    public bool HasExceptions => rules.Any(rule => rule.IsException);

    /// <summary>Parses the text of an ignore file.</summary>
    /// <param name="text">Content; a byte order mark and CRLF are accepted.</param>
    /// <param name="fileName">How errors name the file.</param>
    public static DockerIgnore Parse(string text, string fileName)
    {
        if (text.Length > MaxSize)
        {
            throw LayerDiagnostics.MalformedIgnoreFile.With("(file larger than 4 MiB)").At(fileName).ToException();
        }

        var ignore = new DockerIgnore();
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

            pattern = Clean(pattern);
            if (pattern != ".")
            {
                ignore.rules.Add(Rule.Create(pattern, isException)
                    ?? throw LayerDiagnostics.MalformedIgnoreFile.With(line).At(fileName, number).ToException());
            }
        }

        return ignore;
    }

    /// <summary>Whether a path (relative, with <c>/</c>) is ignored, by itself or because a folder above it is.</summary>
    public bool Matches(string path)
    {
        var matched = false;
        foreach (var rule in rules)
        {
            // A rule that could not change the outcome is not evaluated.
            if (rule.IsException == matched && rule.MatchesPathOrParent(path))
            {
                matched = !rule.IsException;
            }
        }

        return matched;
    }

    private static string Clean(string pattern)
    {
        var parts = new List<string>();
        foreach (var part in pattern.Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or ".") && !(part == ".." && pattern.StartsWith('/')))
            {
                parts.Add(part);
            }
        }

        return parts.Count == 0 ? "." : string.Join('/', parts);
    }

    private sealed class Rule(string pattern, Regex? regex, bool isException)
    {
        public bool IsException => isException;

        public static Rule? Create(string pattern, bool isException)
        {
            if (!pattern.AsSpan().ContainsAny("*?[\\"))
            {
                return new Rule(pattern, null, isException);
            }

            try
            {
                return ToRegex(pattern) is { } text
                    ? new Rule(pattern, new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline), isException)
                    : null;
            }
            catch (ArgumentException)
            {
                return null;
            }
        }

        public bool MatchesPathOrParent(string path)
        {
            if (regex is null)
            {
                return path.StartsWith(pattern, StringComparison.Ordinal) && (path.Length == pattern.Length || path[pattern.Length] == '/');
            }

            if (regex.IsMatch(path))
            {
                return true;
            }

            for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                if (regex.IsMatch(path[..slash]))
                {
                    return true;
                }
            }

            return false;
        }

        private static string? ToRegex(string pattern)
        {
            var text = new StringBuilder(@"\A");
            for (var i = 0; i < pattern.Length; i++)
            {
                var c = pattern[i];
                switch (c)
                {
                    case '*' when i + 1 < pattern.Length && pattern[i + 1] == '*':
                        i++;
                        if (i + 1 < pattern.Length && pattern[i + 1] == '/')
                        {
                            i++;
                        }

                        text.Append(i + 1 == pattern.Length ? ".*" : "(?:.*/)?");
                        break;
                    case '*':
                        text.Append("[^/]*");
                        break;
                    case '?':
                        text.Append("[^/]");
                        break;
                    case '\\':
                        if (++i == pattern.Length)
                        {
                            return null;
                        }

                        text.Append(Regex.Escape(pattern[i].ToString()));
                        break;
                    case '[':
                        var end = pattern.IndexOf(']', i + 1);
                        if (end <= i + 1)
                        {
                            return null;
                        }

                        text.Append('[').Append(pattern[(i + 1)..end].Replace("[", @"\[", StringComparison.Ordinal)).Append(']');
                        i = end;
                        break;
                    default:
                        text.Append(Regex.Escape(c.ToString()));
                        break;
                }
            }

            return text.Append(@"\z").ToString();
        }
    }
}
