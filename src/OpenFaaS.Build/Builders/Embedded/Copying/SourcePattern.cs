using System.Text;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Builders.Embedded.Copying;

/// <summary>Sources of a COPY with wildcards, in the grammar of Go's <c>filepath.Match</c>: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[^a]</c>, backslash escapes; none crosses a <c>/</c>.</summary>
internal static class SourcePattern
{
    /// <summary>The paths that a source names: itself without wildcards, else every match, highest first and in byte order.</summary>
    public static IReadOnlyList<string> Expand(SourceTree tree, string source)
    {
        var parts = PathNames.Clean(source).Split('/');
        var first = Array.FindIndex(parts, HasWildcard);
        if (first < 0)
        {
            return [PathNames.Clean(source)];
        }

        var folder = tree.Resolve(string.Join('/', parts[..first]));
        var levels = parts[first..].Select(ToRegex).ToArray();
        var matches = new List<string>();
        Collect(tree, folder, levels, 0, matches);
        return matches;
    }

    private static void Collect(SourceTree tree, string folder, Regex[] levels, int depth, List<string> matches)
    {
        foreach (var child in tree.Children(folder))
        {
            if (!levels[depth].IsMatch(PathNames.Name(child.Path)))
            {
                continue;
            }

            if (depth == levels.Length - 1)
            {
                matches.Add(child.Path);
            }
            else if (child.Kind == EntryKind.Directory)
            {
                Collect(tree, child.Path, levels, depth + 1, matches);
            }
        }
    }

    private static bool HasWildcard(string part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] == '\\')
            {
                i++;
            }
            else if (part[i] is '*' or '?' or '[')
            {
                return true;
            }
        }

        return false;
    }

    private static Regex ToRegex(string part)
    {
        var text = new StringBuilder(@"\A");
        for (var i = 0; i < part.Length; i++)
        {
            var c = part[i];
            if (c == '*')
            {
                text.Append(".*");
            }
            else if (c == '?')
            {
                text.Append('.');
            }
            else if (c == '[' && part.IndexOf(']', Math.Min(i + 2, part.Length)) is var end and > 0)
            {
                var set = part[(i + 1)..end];
                text.Append(set[0] == '^' ? "[^" : "[");
                text.Append((set[0] == '^' ? set[1..] : set).Replace("[", @"\[", StringComparison.Ordinal)).Append(']');
                i = end;
            }
            else
            {
                text.Append(Regex.Escape((c == '\\' && i + 1 < part.Length ? part[++i] : c).ToString()));
            }
        }

        try
        {
            return new Regex(text.Append(@"\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (ArgumentException)
        {
            throw Diagnostics.EmbeddedDiagnostics.InvalidValue.With("A source pattern", part, "a pattern of Go's filepath.Match").ToException();
        }
    }
}
