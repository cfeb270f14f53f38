using System.Globalization;
using System.Text;

namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>The forms that cut and replace, as faas-cli has them.</summary>
internal static class TextForms
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytes from a position. What is no number gives the whole value; a negative position counts from the end.</summary>
    /// <exception cref="SubstitutionException">The length is negative, or a character would be cut in two.</exception>
    public static string Substring(string value, string position, string? length, int offset)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        if (!IsNumber(position, out var start))
        {
            return value;
        }

        start = Math.Clamp(start < 0 ? Math.Max(start, -bytes.Length) + bytes.Length : start, 0, bytes.Length);
        var end = (long)bytes.Length;
        if (length is not null)
        {
            if (!IsNumber(length, out var count))
            {
                return value;
            }

            end = count < 0 ? throw new SubstitutionException(offset, "a negative length makes faas-cli crash") : Math.Min(end, start + Math.Min(count, end));
        }

        try
        {
            return Utf8.GetString(bytes, (int)start, (int)(end - start));
        }
        catch (DecoderFallbackException)
        {
            throw new SubstitutionException(offset, "positions are bytes in faas-cli, and these cut a character in two");
        }
    }

    /// <summary>Removes what matches at one end.</summary>
    /// <exception cref="SubstitutionException">The pattern is malformed, or is one that faas-cli reads otherwise at this end.</exception>
    public static string Trim(string value, string pattern, Reference reference, WorkBudget budget)
    {
        var isSuffix = reference.Form is ReferenceForm.ShortestSuffix or ReferenceForm.LongestSuffix;
        var isLongest = reference.Form is ReferenceForm.LongestPrefix or ReferenceForm.LongestSuffix;
        if (isSuffix && pattern.AsSpan().ContainsAny('[', ']', '\\'))
        {
            // It matches the reversed pattern, in which sets and escapes are something else.
            throw new SubstitutionException(reference.Start, "faas-cli does not understand sets and backslashes in patterns after '%'");
        }

        budget.Spend(value.Length + pattern.Length, reference.Start);
        Rune[] runes = [.. value.EnumerateRunes()];
        Rune[] atoms = [.. pattern.EnumerateRunes()];
        if (isSuffix)
        {
            Array.Reverse(runes);
            Array.Reverse(atoms);
        }

        try
        {
            var matched = GlobPattern.Parse(atoms).MatchPrefix(runes, isLongest, cost => budget.Spend(cost, reference.Start));
            var length = runes.AsSpan(0, matched).ToArray().Sum(rune => rune.Utf16SequenceLength);
            return isSuffix ? value[..^length] : value[length..];
        }
        catch (FormatException e) when (e is not SubstitutionException)
        {
            throw new SubstitutionException(reference.Start, e.Message);
        }
    }

    /// <summary>Replaces literal text.</summary>
    /// <exception cref="SubstitutionException">There is nothing to look for, or the result is too long.</exception>
    public static string Replace(string value, string old, string replacement, Reference reference, WorkBudget budget)
    {
        if (old.Length == 0)
        {
            throw new SubstitutionException(reference.Start, "the text to replace is empty");
        }

        budget.Spend((long)value.Length * (1 + (old.Length / 16)), reference.Start);
        switch (reference.Form)
        {
            case ReferenceForm.ReplacePrefix:
                return value.StartsWith(old, StringComparison.Ordinal) ? replacement + value[old.Length..] : value;
            case ReferenceForm.ReplaceSuffix:
                return value.EndsWith(old, StringComparison.Ordinal) ? value[..^old.Length] + replacement : value;
            case ReferenceForm.ReplaceFirst:
                var first = value.IndexOf(old, StringComparison.Ordinal);
                return first < 0 ? value : string.Concat(value.AsSpan(0, first), replacement, value.AsSpan(first + old.Length));
            default:
                var length = value.Length + (value.AsSpan().Count(old) * ((long)replacement.Length - old.Length));
                WorkBudget.EnsureLength(length, reference.Start);
                budget.Spend(length, reference.Start);
                return value.Replace(old, replacement, StringComparison.Ordinal);
        }
    }

    private static bool IsNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
