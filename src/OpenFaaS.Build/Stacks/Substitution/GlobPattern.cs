using System.Text;

namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>A pattern of <c>${v#glob}</c>: <c>*</c> is any text, <c>?</c> any character, <c>[a-z]</c> and <c>[^a-z]</c> sets, <c>\</c> takes the next character as it is.</summary>
internal sealed class GlobPattern
{
    /// <summary>What stands between the stars.</summary>
    private readonly GlobAtom[][] segments;

    private GlobPattern(GlobAtom[][] segments) => this.segments = segments;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    public static GlobPattern Parse(ReadOnlySpan<Rune> pattern)
    {
        var segments = new List<GlobAtom[]>();
        var segment = new List<GlobAtom>();
        while (pattern.Length > 0)
        {
            if (pattern[0].Value == '*')
            {
                segments.Add([.. segment]);
                segment.Clear();
                pattern = pattern[1..];
            }
            else
            {
                segment.Add(GlobAtom.Read(ref pattern));
            }
        }

        segments.Add([.. segment]);
        return new GlobPattern([.. segments]);
    }

    /// <summary>Characters of the shortest or longest beginning that matches; 0 if none does. As in faas-cli the empty text never matches.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isLongest">Which.</param>
    /// <param name="spend">Pays for steps.</param>
    public int MatchPrefix(ReadOnlySpan<Rune> value, bool isLongest, Action<long> spend)
    {
        if (!IsMatchAt(segments[0], value, 0, spend))
        {
            return 0;
        }

        var end = segments[0].Length;
        for (var i = 1; i < segments.Length; i++)
        {
            // Each segment at its earliest place leaves the most room for the others; only the last one decides the length.
            var isLast = i == segments.Length - 1;
            var found = isLongest && isLast ? Last(segments[i], value, end, spend) : First(segments[i], value, end, spend);
            if (found < 0)
            {
                return 0;
            }

            end = found + segments[i].Length;
        }

        return end == 0 && segments.Length > 1 ? Math.Min(1, value.Length) : end;
    }

    private static int First(GlobAtom[] segment, ReadOnlySpan<Rune> value, int start, Action<long> spend)
    {
        for (var at = start; at <= value.Length - segment.Length; at++)
        {
            if (IsMatchAt(segment, value, at, spend))
            {
                return at;
            }
        }

        return -1;
    }

    private static int Last(GlobAtom[] segment, ReadOnlySpan<Rune> value, int start, Action<long> spend)
    {
        for (var at = value.Length - segment.Length; at >= start; at--)
        {
            if (IsMatchAt(segment, value, at, spend))
            {
                return at;
            }
        }

        return -1;
    }

    private static bool IsMatchAt(GlobAtom[] segment, ReadOnlySpan<Rune> value, int at, Action<long> spend)
    {
        if (at + segment.Length > value.Length)
        {
            return false;
        }

        for (var i = 0; i < segment.Length; i++)
        {
            if (!segment[i].Matches(value[at + i]))
            {
                spend(i + 1);
                return false;
            }
        }

        spend(segment.Length + 1);
        return true;
    }
}
