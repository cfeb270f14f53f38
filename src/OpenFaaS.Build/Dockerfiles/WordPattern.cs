using System.Text;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>
/// The patterns of <c>${name#pattern}</c>, <c>${name%pattern}</c> and <c>${name/pattern/text}</c>: <c>*</c> is any text, <c>?</c> one character,
/// neither goes over a line's end; <c>\</c> makes <c>*</c>, <c>?</c>, <c>\</c>, <c>/</c> and <c>}</c> literal.
/// </summary>
internal static class WordPattern
{
    private const int MaxPattern = 512;
    private const int MaxWork = 64 * 1024 * 1024;
    private const int MaxResult = 64 * 1024;

    // Outside Unicode's 16-bit units, so that they cannot be mistaken for a character.
    private const int AnyText = -1;
    private const int AnyCharacter = -2;

    /// <summary>Removes the shortest or longest match at the beginning.</summary>
    public static string RemovePrefix(string value, string pattern, bool longest)
    {
        var end = Ends(value, Parse(pattern), longest)[0];
        return end < 0 ? value : value[end..];
    }

    /// <summary>Removes the shortest or longest match at the end.</summary>
    public static string RemoveSuffix(string value, string pattern, bool longest)
    {
        var items = Parse(pattern);
        items.Reverse();
        var reversed = value.ToCharArray();
        Array.Reverse(reversed);
        var end = Ends(reversed, items, longest)[0];
        return end < 0 ? value : value[..^end];
    }

    /// <summary>Replaces the first match, or all; a match is the longest at its place.</summary>
    public static string Replace(string value, string pattern, string replacement, bool all)
    {
        var ends = Ends(value, Parse(pattern), longest: true);
        var result = new StringBuilder();
        var done = false;
        var lastEnd = -1;
        for (var i = 0; i <= value.Length;)
        {
            // An empty match right behind another match is none.
            var isMatch = !done && ends[i] >= 0 && (ends[i] > i || lastEnd != i);
            if (isMatch)
            {
                result.Append(replacement);
                done = !all;
                lastEnd = ends[i];
                if (all && result.Length > MaxResult)
                {
                    throw new WordExpansionException($"a replacement in a variable gives more than {MaxResult} characters");
                }
            }

            if (isMatch && ends[i] > i)
            {
                i = ends[i];
            }
            else
            {
                result.Append(i < value.Length ? value[i].ToString() : "");
                i++;
            }
        }

        return result.ToString();
    }

    private static List<int> Parse(string pattern)
    {
        var items = new List<int>();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
            {
                i++;
                if (i == pattern.Length || pattern[i] is not ('*' or '?' or '\\' or '/' or '}'))
                {
                    throw new WordExpansionException("in a pattern '\\' stands only before '*', '?', '\\', '/' and '}'");
                }

                items.Add(pattern[i]);
            }
            else
            {
                items.Add(pattern[i] switch { '*' => AnyText, '?' => AnyCharacter, var c => c });
            }
        }

        return items.Count <= MaxPattern ? items : throw new WordExpansionException($"a pattern is longer than {MaxPattern} characters");
    }

    /// <summary>For every place of the value the end of the shortest or longest match that begins there, or -1. Time is length times pattern, whatever they hold.</summary>
    private static int[] Ends(ReadOnlySpan<char> value, List<int> items, bool longest)
    {
        if ((long)value.Length * items.Count > MaxWork)
        {
            throw new WordExpansionException("a variable is too long for a pattern");
        }

        var ends = new int[value.Length + 1];

        // Row k holds the ends of matches of items[k..]; rows of the next two places are needed, because a character may be a surrogate pair.
        var here = new int[items.Count + 1];
        var next = new int[items.Count + 1];
        var second = new int[items.Count + 1];
        for (var i = value.Length; i >= 0; i--)
        {
            var c = i < value.Length ? value[i] : '\n';
            var isPair = i + 1 < value.Length && char.IsSurrogate(c) && char.IsSurrogate(value[i + 1]);
            here[items.Count] = i;
            for (var k = items.Count - 1; k >= 0; k--)
            {
                here[k] = items[k] switch
                {
                    AnyText => Better(here[k + 1], i < value.Length && c != '\n' ? next[k] : -1, longest),
                    AnyCharacter => i == value.Length || c == '\n' ? -1 : isPair ? second[k + 1] : next[k + 1],
                    var literal => i < value.Length && c == literal ? next[k + 1] : -1,
                };
            }

            ends[i] = here[0];
            (here, next, second) = (second, here, next);
        }

        return ends;
    }

    private static int Better(int a, int b, bool longest) => a < 0 ? b : b < 0 ? a : longest ? Math.Max(a, b) : Math.Min(a, b);
}
