using System.Text;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Reads one word (or line) of a Dockerfile with quotes, escapes and variables. For one use.</summary>
internal sealed class WordLexer(string source, char escape, Func<string, string?> lookup)
{
    private const int MaxDepth = 50;
    private int position;
    private int depth;

    /// <summary>Quotes have no meaning.</summary>
    public bool QuotesAreText { get; init; }

    /// <summary>Quotes keep their meaning and stay in the result.</summary>
    public bool KeepQuotes { get; init; }

    /// <summary>Escape characters keep their meaning and stay in the result.</summary>
    public bool KeepEscapes { get; set; }

    /// <summary>References to variables that are not set stay in the result.</summary>
    public bool KeepUnset { get; init; }

    public string Read() => ReadUntil(stop: null, KeepEscapes, words: null);

    public IReadOnlyList<string> ReadWords()
    {
        var words = new WordCollector();
        ReadUntil(stop: null, KeepEscapes, words);
        return words.Finish();
    }

    private string ReadUntil(char? stop, bool keepEscapes, WordCollector? words)
    {
        var outer = KeepEscapes;
        KeepEscapes = keepEscapes;
        var result = new StringBuilder();
        while (position < source.Length)
        {
            var c = source[position];
            if (c == stop)
            {
                position++;
                KeepEscapes = outer;
                return result.ToString();
            }

            var isLiteral = true;
            string text;
            switch (c)
            {
                case '\'' when !QuotesAreText:
                    text = ReadSingleQuoted();
                    break;
                case '"' when !QuotesAreText:
                    text = ReadDoubleQuoted();
                    break;
                case '$':
                    text = ReadReference();
                    isLiteral = false;
                    break;
                case '<':
                    text = ReadRedirection();
                    break;
                default:
                    isLiteral = c == escape;
                    text = isLiteral ? ReadEscaped() : c.ToString();
                    position += isLiteral ? 0 : 1;
                    break;
            }

            result.Append(text);
            if (isLiteral)
            {
                words?.AddLiteral(text);
            }
            else
            {
                words?.AddText(text);
            }
        }

        KeepEscapes = outer;
        return stop is null ? result.ToString() : throw new WordExpansionException($"'{stop}' is missing");
    }

    /// <summary>Outside quotes the character after the escape character stands for itself; at the end the escape character means nothing.</summary>
    private string ReadEscaped()
    {
        var start = position;
        position = Math.Min(position + 2, source.Length);
        return source[(KeepEscapes ? start : start + 1)..position];
    }

    private string ReadSingleQuoted()
    {
        var end = source.IndexOf('\'', position + 1);
        if (end < 0)
        {
            throw new WordExpansionException("a single quote is not closed");
        }

        var text = KeepQuotes ? source[position..(end + 1)] : source[(position + 1)..end];
        position = end + 1;
        return text;
    }

    private string ReadDoubleQuoted()
    {
        var result = new StringBuilder(KeepQuotes ? "\"" : "");
        position++;
        while (position < source.Length)
        {
            var c = source[position];
            if (c == '$')
            {
                result.Append(ReadReference());
                continue;
            }

            position++;
            if (c == '"')
            {
                return result.Append(KeepQuotes ? "\"" : "").ToString();
            }

            if (c == escape)
            {
                result.Append(KeepEscapes ? c.ToString() : "");
                if (position < source.Length && (source[position] is '"' or '$' || source[position] == escape))
                {
                    c = source[position++];
                }
            }

            result.Append(c);
        }

        throw new WordExpansionException("a double quote is not closed");
    }

    /// <summary>Blanks after <c>&lt;&lt;</c> belong to the word, because a heredoc's delimiter may follow them.</summary>
    private string ReadRedirection()
    {
        var start = position++;
        if (position < source.Length && source[position] == '<')
        {
            position++;
            while (position < source.Length && source[position] is ' ' or '\t' or '\r')
            {
                position++;
            }
        }

        return source[start..position];
    }

    private string ReadReference()
    {
        position++;
        if (position < source.Length && source[position] == '{')
        {
            position++;
            if (++depth > MaxDepth)
            {
                throw new WordExpansionException($"variable references are nested more than {MaxDepth} deep");
            }

            var text = ReadBraced();
            depth--;
            return text;
        }

        var name = ReadName();
        return name.Length == 0 ? "$" : lookup(name) ?? (KeepUnset ? "$" + name : "");
    }

    private string ReadBraced()
    {
        if (position < source.Length && source[position] is '{' or '}' or ':')
        {
            throw new WordExpansionException("a variable reference has no name");
        }

        var name = ReadName();
        var modifier = ReadModifier();
        if (modifier == "}")
        {
            return lookup(name) ?? (KeepUnset ? $"${{{name}}}" : "");
        }

        if (modifier == "/")
        {
            return ReadReplacement(name);
        }

        var word = ReadUntil('}', modifier is "#" or "%", words: null);
        var value = lookup(name);
        if (value is null && KeepUnset)
        {
            return $"${{{name}{modifier}{word}}}";
        }

        var isSet = value is not null && (modifier.Length == 1 || value.Length > 0);
        switch (modifier[^1])
        {
            case '-':
                return isSet ? value! : word;
            case '+':
                return isSet ? word : "";
            case '?':
                var reason = word.Length > 0 ? word : value is null ? "is not allowed to be unset" : "is not allowed to be empty";
                return isSet ? value! : throw new WordExpansionException($"{name}: {reason}");
            case '#':
                return word.StartsWith('#') ? WordPattern.RemovePrefix(value ?? "", word[1..], longest: true) : WordPattern.RemovePrefix(value ?? "", word, longest: false);
            default:
                return word.StartsWith('%') ? WordPattern.RemoveSuffix(value ?? "", word[1..], longest: true) : WordPattern.RemoveSuffix(value ?? "", word, longest: false);
        }
    }

    private string ReadModifier()
    {
        var colon = position < source.Length && source[position] == ':' ? 1 : 0;
        var end = position + colon;
        if (end >= source.Length)
        {
            throw new WordExpansionException("'}' is missing");
        }

        var modifier = source[position..(end + 1)];
        position = end + 1;
        return modifier is "}" or "/" or "-" or "+" or "?" or "#" or "%" or ":-" or ":+" or ":?"
            ? modifier
            : throw new WordExpansionException($"a variable reference cannot have the modifier '{modifier}'");
    }

    private string ReadReplacement(string name)
    {
        var all = position < source.Length && source[position] == '/';
        position += all ? 1 : 0;
        var pattern = ReadUntil('/', keepEscapes: true, words: null);
        var replacement = ReadUntil('}', keepEscapes: true, words: null);
        var value = lookup(name);
        return value is null && KeepUnset
            ? $"${{{name}/{pattern}/{replacement}}}"
            : WordPattern.Replace(value ?? "", pattern, replacement, all);
    }

    /// <summary>A name is letters, digits and <c>_</c>; or digits alone; or one of the shell's special parameters, none of which is ever set.</summary>
    private string ReadName()
    {
        var start = position;
        if (position < source.Length && source[position] is '@' or '*' or '#' or '?' or '-' or '$' or '!' or '0')
        {
            // "0" begins digits too: $001 is one positional parameter.
            if (source[position] != '0')
            {
                return source[position++].ToString();
            }
        }

        var digitsOnly = position < source.Length && char.IsDigit(source[position]);
        while (position < source.Length)
        {
            Rune.DecodeFromUtf16(source.AsSpan(position), out var rune, out var length);
            if (!Rune.IsDigit(rune) && (digitsOnly || (!Rune.IsLetter(rune) && rune.Value != '_')))
            {
                break;
            }

            position += length;
        }

        return source[start..position];
    }
}
