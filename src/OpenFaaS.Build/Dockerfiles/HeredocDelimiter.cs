namespace OpenFaaS.Build.Dockerfiles;

/// <summary>The word that opens a heredoc: <c>&lt;&lt;EOF</c>, <c>&lt;&lt;-EOF</c>, <c>3&lt;&lt;"EOF"</c>.</summary>
/// <param name="Name">The delimiter without quotes.</param>
/// <param name="StripTabs">Tabs at the beginning of every line are removed (<c>&lt;&lt;-</c>).</param>
/// <param name="Expand">Variables are expanded: no part of the delimiter is quoted.</param>
internal sealed record HeredocDelimiter(string Name, bool StripTabs, bool Expand)
{
    /// <summary>Finds the heredocs of an instruction, in order. A line that the shell's rules cannot split has none.</summary>
    /// <exception cref="WordExpansionException">A delimiter is malformed.</exception>
    public static IReadOnlyList<HeredocDelimiter> Find(string text)
    {
        IReadOnlyList<string> words;
        try
        {
            words = new WordLexer(text, '\\', _ => null) { KeepQuotes = true, KeepEscapes = true, KeepUnset = true }.ReadWords();
        }
        catch (WordExpansionException)
        {
            return [];
        }

        return [.. words.Select(Parse).OfType<HeredocDelimiter>()];
    }

    /// <summary>Parses a word; null if it opens no heredoc.</summary>
    /// <exception cref="WordExpansionException">The delimiter is malformed.</exception>
    public static HeredocDelimiter? Parse(string word)
    {
        var rest = word.AsSpan().TrimStart("0123456789");
        if (!rest.StartsWith("<<", StringComparison.Ordinal))
        {
            return null;
        }

        rest = rest[2..];
        var stripTabs = rest is ['-', ..];
        var delimiter = (stripTabs ? rest[1..] : rest).TrimStart().ToString();
        if (delimiter.Length == 0 || delimiter.Contains('<', StringComparison.Ordinal))
        {
            return null;
        }

        // The delimiter is read with its quotes and without: if some went away, a part of it was quoted.
        var names = Words(delimiter, keepQuotes: false);
        return names.Count != 1
            ? null
            : new HeredocDelimiter(names[0], stripTabs, CountQuotes(names) == CountQuotes(Words(delimiter, keepQuotes: true)));
    }

    private static IReadOnlyList<string> Words(string delimiter, bool keepQuotes) =>
        new WordLexer(delimiter, '\\', _ => null) { KeepQuotes = keepQuotes, KeepUnset = true }.ReadWords();

    private static int CountQuotes(IReadOnlyList<string> words) => words.Sum(word => word.Count(c => c is '\'' or '"'));
}

/// <summary>A heredoc as it stands in the file.</summary>
/// <param name="Delimiter">The word that opens it.</param>
/// <param name="Content">The lines up to the delimiter, with their ends, tabs in place.</param>
internal sealed record HeredocContent(HeredocDelimiter Delimiter, string Content);
