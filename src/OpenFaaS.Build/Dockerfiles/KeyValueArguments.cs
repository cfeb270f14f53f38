using System.Text;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>The arguments of ENV, LABEL and ARG. Quotes and escapes stay in place; they only say where a word ends.</summary>
internal static class KeyValueArguments
{
    /// <summary><c>k=v k2="v 2"</c>, or the old form <c>KEY value</c> in which the value is the rest of the line.</summary>
    /// <exception cref="DiagnosticException">A word has no <c>=</c>, a key is empty, or there is none.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> ParsePairs(InstructionLine instruction)
    {
        var words = Words(instruction);
        if (words[0].Contains('=', StringComparison.Ordinal))
        {
            return [.. words.Select(word => Split(instruction, word) is { Value: { } value } pair
                ? KeyValuePair.Create(pair.Key, value)
                : throw instruction.Invalid($"has the word '{Excerpt.Of(word)}', which is not NAME=VALUE"))];
        }

        var end = instruction.Arguments.AsSpan().IndexOfAny("\t\v\f\r ");
        return end < 0
            ? throw instruction.Invalid("needs a name and a value")
            : [KeyValuePair.Create(instruction.Arguments[..end], instruction.Arguments[end..].TrimStart('\t', '\v', '\f', '\r', ' '))];
    }

    /// <summary><c>NAME</c> or <c>NAME=DEFAULT</c>, several to a line.</summary>
    /// <exception cref="DiagnosticException">A name is empty, or there is none.</exception>
    public static IReadOnlyList<KeyValuePair<string, string?>> ParseArguments(InstructionLine instruction) =>
        [.. Words(instruction).Select(word => Split(instruction, word))];

    private static KeyValuePair<string, string?> Split(InstructionLine instruction, string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals == 0 ? throw instruction.Invalid("has an empty name")
            : equals < 0 ? new(word, null)
            : new(word[..equals], word[(equals + 1)..]);
    }

    private static List<string> Words(InstructionLine instruction)
    {
        var text = instruction.Arguments;
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                AddWord();
                continue;
            }

            if (c == instruction.Escape && quote != '\'')
            {
                // At the end of the line it means nothing; else the next character, quote or not, belongs to the word.
                if (++i < text.Length)
                {
                    word.Append(c).Append(text[i]);
                }

                continue;
            }

            quote = quote == '\0' ? (c is '"' or '\'' ? c : '\0') : (c == quote ? '\0' : quote);
            word.Append(c);
        }

        AddWord();
        return words.Count > 0 ? words : throw instruction.Invalid("needs at least one argument");

        void AddWord()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }
}
