using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OpenFaaS.Build.BuildKit.Solving.Progress;

/// <summary>Makes text of a daemon or a step fit for one line of a log.</summary>
internal static partial class OutputText
{
    /// <summary>One line of at most <paramref name="maximum"/> characters: without colours and cursor movements, other control characters replaced.</summary>
    public static string Clean(string text, int maximum)
    {
        // Sequences are few characters each: what lies far beyond the cut need not be looked at.
        var near = text.Length > maximum * 4L ? text[..(maximum * 4)] : text;
        var plain = near.Contains('\x1B', StringComparison.Ordinal) ? Sequence().Replace(near, "") : near;
        var line = new StringBuilder(Math.Min(plain.Length, maximum));
        foreach (var rune in plain.EnumerateRunes())
        {
            if (line.Length >= maximum)
            {
                return line.Append('…').ToString();
            }

            line.Append(rune.Value is '\t' or '\r' or '\n' ? " " : IsHarmful(rune) ? "\uFFFD" : rune.ToString());
        }

        return line.ToString();
    }

    /// <summary>The same of bytes that should be UTF-8.</summary>
    public static string Clean(ReadOnlySpan<byte> text, int maximum) =>
        Clean(Encoding.UTF8.GetString(text[..(int)Math.Min(text.Length, maximum * 8L)]), maximum);

    /// <summary>For the middle of a sentence: clean, no more than 500 characters, no space around it, no full stop at the end.</summary>
    public static string Phrase(string text, int maximum = 500) => Clean(text, maximum).Trim().TrimEnd('.');

    /// <summary>A text that may be longer without its middle: what a step ran stands first, and why it failed last.</summary>
    public static string Shortened(string text, int maximum = 1000)
    {
        if (text.Length <= maximum)
        {
            return text;
        }

        var (first, last) = (maximum / 3, text.Length - (maximum * 2 / 3));
        return string.Concat(
            text.AsSpan(0, char.IsHighSurrogate(text[first - 1]) ? first - 1 : first), "…", text.AsSpan(char.IsLowSurrogate(text[last]) ? last + 1 : last));
    }

    /// <summary>A number of bytes for people: <c>12.4 MB</c>.</summary>
    public static string Size(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var (value, unit) = ((double)Math.Max(bytes, 0), 0);
        while (value >= 999.95 && unit < units.Length - 1)
        {
            (value, unit) = (value / 1000, unit + 1);
        }

        return value.ToString(unit == 0 ? "0" : "0.#", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    /// <summary>A duration for people: <c>1.2s</c>.</summary>
    public static string Seconds(TimeSpan time) => Math.Max(time.TotalSeconds, 0).ToString("0.0", CultureInfo.InvariantCulture) + "s";

    private static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    [GeneratedRegex(@"\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)?|[ -/]*[0-~])", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Sequence();
}
