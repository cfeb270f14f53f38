namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Replaces variables and removes quotes and escapes in the words of a Dockerfile, as BuildKit does.</summary>
internal static class WordExpander
{
    /// <summary>Expands a word to one word.</summary>
    /// <param name="word">As written.</param>
    /// <param name="escape">The Dockerfile's escape character.</param>
    /// <param name="lookup">The value of a variable; null if it is not set.</param>
    /// <exception cref="WordExpansionException">A quote or reference is malformed, or a required variable is missing.</exception>
    public static string Expand(string word, char escape, Func<string, string?> lookup) =>
        new WordLexer(word, escape, lookup).Read();

    /// <summary>Expands a word and splits the result at blanks that are neither quoted nor escaped (EXPOSE).</summary>
    /// <inheritdoc cref="Expand"/>
    public static IReadOnlyList<string> ExpandToWords(string word, char escape, Func<string, string?> lookup) =>
        new WordLexer(word, escape, lookup).ReadWords();

    /// <summary>Expands the content of a heredoc: quotes are text. The escape character in it is always <c>\</c>, whatever the Dockerfile's is.</summary>
    /// <inheritdoc cref="Expand"/>
    public static string ExpandHeredoc(string content, Func<string, string?> lookup) =>
        new WordLexer(content, '\\', lookup) { QuotesAreText = true }.Read();
}
