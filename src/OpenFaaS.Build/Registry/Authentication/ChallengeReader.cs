using System.Buffers;
using System.Text;

namespace OpenFaaS.Build.Registry.Authentication;

/// <summary>Reads one <c>WWW-Authenticate</c> header: commas separate challenges as well as parameters, so a word is a scheme unless <c>=</c> follows it.</summary>
internal sealed class ChallengeReader(string text)
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> DataCharacters =
        SearchValues.Create("-._~+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> UnquotedEnd = SearchValues.Create(", \t\"");

    private int position;

    /// <summary>Adds the header's challenges.</summary>
    public void Read(List<Challenge> challenges)
    {
        Dictionary<string, string>? parameters = null;
        while (true)
        {
            Skip(", \t");
            var word = ReadToken();
            if (word.Length == 0)
            {
                return;
            }

            var afterWord = position;
            Skip(" \t");
            if (parameters is not null && Peek() == '=')
            {
                position++;
                Skip(" \t");
                if (ReadValue() is not { } value)
                {
                    return;
                }

                parameters.TryAdd(word.ToLowerInvariant(), value);
                continue;
            }

            position = afterWord;
            parameters = new(StringComparer.Ordinal);
            challenges.Add(new Challenge(word, parameters));
            SkipToken68();
        }
    }

    private char Peek() => position < text.Length ? text[position] : '\0';

    private void Skip(string characters)
    {
        while (position < text.Length && characters.Contains(text[position], StringComparison.Ordinal))
        {
            position++;
        }
    }

    private string ReadToken()
    {
        var start = position;
        while (position < text.Length && TokenCharacters.Contains(text[position]))
        {
            position++;
        }

        return text[start..position];
    }

    // 'Negotiate YII=' carries bare data that must not be taken for a parameter.
    private void SkipToken68()
    {
        var start = position;
        Skip(" \t");
        var end = text.AsSpan(position).IndexOfAnyExcept(DataCharacters);
        position = end < 0 ? text.Length : position + end;
        Skip("=");
        Skip(" \t");
        if (Peek() is not ('\0' or ','))
        {
            position = start;
        }
    }

    private string? ReadValue()
    {
        if (Peek() != '"')
        {
            // Some servers leave the quotes out, also where the value holds characters that need them.
            var end = text.AsSpan(position).IndexOfAny(UnquotedEnd);
            var value = end < 0 ? text[position..] : text.Substring(position, end);
            position += value.Length;
            return value;
        }

        var result = new StringBuilder();
        for (position++; position < text.Length; position++)
        {
            switch (text[position])
            {
                case '"':
                    position++;
                    return result.ToString();
                case '\\' when position + 1 < text.Length:
                    result.Append(text[++position]);
                    break;
                default:
                    result.Append(text[position]);
                    break;
            }
        }

        return null;
    }
}
