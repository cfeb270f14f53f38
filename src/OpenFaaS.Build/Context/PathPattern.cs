using System.Text;
using System.Text.RegularExpressions;

namespace OpenFaaS.Build.Context;

/// <summary>
/// One pattern of <c>.dockerignore</c> and of BuildKit's filters: <c>*</c> and <c>?</c> stay within a name, <c>**</c> spans folders, <c>[…]</c> is a class, <c>\</c> escapes.
/// Matching takes time in proportion to the path.
/// </summary>
internal sealed class PathPattern
{
    private const string Special = "*?[\\";
    private readonly string start;
    private readonly string end;
    private readonly Regex? regex;
    private readonly Form form;

    private PathPattern(string start, string end, Form form, Regex? regex, bool isException) =>
        (this.start, this.end, this.form, this.regex, IsException) = (start, end, form, regex, isException);

    private enum Form
    {
        Exact,
        Start,
        End,
        Expression,
    }

    /// <summary>Whether it brings back what an earlier pattern took.</summary>
    public bool IsException { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">Cleaned, without <c>!</c>.</param>
    /// <param name="isException">Whether a <c>!</c> was before it.</param>
    /// <returns>Null if it is malformed.</returns>
    public static PathPattern? Create(string pattern, bool isException)
    {
        var first = pattern.AsSpan().IndexOfAny(Special);
        if (first < 0)
        {
            return Literal(pattern, isException);
        }

        if (first == pattern.Length - 2 && pattern.EndsWith("**", StringComparison.Ordinal))
        {
            return new PathPattern(pattern[..^2], "", Form.Start, null, isException);
        }

        if (pattern.StartsWith("**", StringComparison.Ordinal) && !pattern.AsSpan(2).ContainsAny(Special))
        {
            return new PathPattern("", pattern[2..], Form.End, null, isException);
        }

        try
        {
            return Expression(pattern) is { } text
                ? new PathPattern(pattern[..first], EndOf(pattern), Form.Expression, new Regex(text, Options), isException)
                : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A pattern for one path, whatever characters are in it.</summary>
    public static PathPattern Literal(string path, bool isException) => new(path, "", Form.Exact, null, isException);

    /// <summary>Removes empty and <c>.</c> parts and resolves <c>..</c>; a slash at the front goes, a <c>..</c> that leads out stays. <c>.</c> if nothing is left.</summary>
    public static string Clean(string pattern)
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

    /// <summary>Whether it matches this path, folders above it not regarded.</summary>
    public bool Matches(ReadOnlySpan<char> path) => form switch
    {
        Form.Exact => path.SequenceEqual(start),
        Form.Start => path.StartsWith(start),
        Form.End => path.EndsWith(end) || (end[0] == '/' && path.SequenceEqual(end.AsSpan(1))),

        // Two comparisons spare nearly every path the expression.
        _ => path.StartsWith(start) && path.EndsWith(end) && regex!.IsMatch(path),
    };

    private static RegexOptions Options => RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline;

    /// <summary>Text that every match ends with.</summary>
    private static string EndOf(string pattern)
    {
        var last = pattern.AsSpan().LastIndexOfAny("*?]\\");
        var begin = pattern[last] == '\\' ? last + 2 : last + 1;

        // ** takes the slash behind it along, and can be nothing.
        return begin < pattern.Length && pattern[begin] == '/' && pattern[last] == '*' ? pattern[(begin + 1)..] : begin < pattern.Length ? pattern[begin..] : "";
    }

    private static string? Expression(string pattern)
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
                    var close = CloseOf(pattern, i);
                    if (close <= i + 1)
                    {
                        return null;
                    }

                    text.Append('[');
                    AppendClass(text, pattern.AsSpan(i + 1, close - i - 1));
                    text.Append(']');
                    i = close;
                    break;
                default:
                    text.Append(Regex.Escape(c.ToString()));
                    break;
            }
        }

        return text.Append(@"\z").ToString();
    }

    private static int CloseOf(string pattern, int open)
    {
        for (var i = open + 1; i < pattern.Length; i++)
        {
            if (pattern[i] == ']')
            {
                return i;
            }

            i += pattern[i] == '\\' ? 1 : 0;
        }

        return -1;
    }

    private static void AppendClass(StringBuilder text, ReadOnlySpan<char> content)
    {
        for (var i = 0; i < content.Length; i++)
        {
            var isLiteral = content[i] == '\\' && i + 1 < content.Length;
            i += isLiteral ? 1 : 0;
            if (content[i] is '[' or '\\' || (isLiteral && !char.IsLetterOrDigit(content[i])))
            {
                text.Append('\\');
            }

            text.Append(content[i]);
        }
    }
}
