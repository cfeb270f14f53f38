using System.Text;

namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>What stands for one character in a pattern.</summary>
/// <param name="Ranges">Characters from and to, both included; null for any.</param>
/// <param name="IsNegated">Whether it stands for the other characters.</param>
internal sealed record GlobAtom(IReadOnlyList<(Rune From, Rune To)>? Ranges, bool IsNegated)
{
    private const int MaxRanges = 256;

    /// <summary>Reads one from the beginning of a pattern.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    public static GlobAtom Read(ref ReadOnlySpan<Rune> pattern)
    {
        switch ((char)Math.Min(pattern[0].Value, char.MaxValue))
        {
            case '?':
                pattern = pattern[1..];
                return new GlobAtom(null, IsNegated: false);
            case '[':
                return ReadSet(ref pattern);
            default:
                var single = ReadCharacter(ref pattern);
                return new GlobAtom([(single, single)], IsNegated: false);
        }
    }

    /// <summary>Whether it stands for a character.</summary>
    public bool Matches(Rune character)
    {
        if (Ranges is null)
        {
            return true;
        }

        foreach (var (from, to) in Ranges)
        {
            if (from <= character && character <= to)
            {
                return !IsNegated;
            }
        }

        return IsNegated;
    }

    private static GlobAtom ReadSet(ref ReadOnlySpan<Rune> pattern)
    {
        pattern = pattern[1..];
        var isNegated = pattern.Length > 0 && pattern[0].Value == '^';
        pattern = isNegated ? pattern[1..] : pattern;
        var ranges = new List<(Rune, Rune)>();
        while (ranges.Count == 0 || pattern.Length == 0 || pattern[0].Value != ']')
        {
            if (pattern.Length == 0 || pattern[0].Value is ']' or '-' || ranges.Count == MaxRanges)
            {
                throw new FormatException("the set in brackets is malformed");
            }

            var from = ReadCharacter(ref pattern);
            var to = from;
            if (pattern.Length > 1 && pattern[0].Value == '-')
            {
                pattern = pattern[1..];
                to = ReadCharacter(ref pattern);
            }

            ranges.Add((from, to));
        }

        pattern = pattern[1..];
        return new GlobAtom(ranges, isNegated);
    }

    private static Rune ReadCharacter(ref ReadOnlySpan<Rune> pattern)
    {
        pattern = pattern[0].Value == '\\' ? pattern[1..] : pattern;
        if (pattern.Length == 0)
        {
            throw new FormatException("the pattern ends with a backslash");
        }

        var character = pattern[0];
        pattern = pattern[1..];
        return character;
    }
}
