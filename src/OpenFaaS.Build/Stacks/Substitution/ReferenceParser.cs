using System.Text;

namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>Reads <c>${…}</c> as the substitution of faas-cli does. Forms that it rejects, or reads otherwise than anybody means them, are errors.</summary>
/// <param name="text">The whole text.</param>
internal sealed class ReferenceParser(string text)
{
    private const int MaxDepth = 64;
    private const char End = '\0';

    private int position;

    /// <summary>Reads the reference at an offset.</summary>
    /// <param name="start">Offset of <c>${</c>.</param>
    /// <param name="end">Offset after the closing brace.</param>
    /// <exception cref="SubstitutionException">It is malformed, or nested too deep.</exception>
    public Reference Parse(int start, out int end)
    {
        position = start;
        var reference = ParseReference(depth: 1);
        end = position;
        return reference;
    }

    private char Peek(int ahead = 0) => position + ahead < text.Length ? text[position + ahead] : End;

    private bool IsReference => Peek() == '$' && Peek(1) == '{';

    private Reference ParseReference(int depth)
    {
        var start = position;
        if (depth > MaxDepth)
        {
            throw new SubstitutionException(start, $"references are nested deeper than {MaxDepth}");
        }

        position += 2;
        if (Peek() == '#')
        {
            position++;
            var measured = ReadName(start);
            Close(start);
            return new Reference(start, measured, ReferenceForm.Length, [], "");
        }

        var name = ReadName(start);
        return Peek() switch
        {
            '}' => Simple(ReferenceForm.Value),
            '^' => Casing('^', ReferenceForm.UpperFirst, ReferenceForm.Upper),
            ',' => Casing(',', ReferenceForm.LowerFirst, ReferenceForm.Lower),
            '#' => Removal('#', ReferenceForm.ShortestPrefix, ReferenceForm.LongestPrefix),
            '%' => Removal('%', ReferenceForm.ShortestSuffix, ReferenceForm.LongestSuffix),
            '/' => Replacement(start, name, depth),
            '=' => Word(1, ReferenceForm.Default),
            ':' => Peek(1) switch
            {
                '=' or '-' => Word(2, ReferenceForm.Default),
                '+' => Word(2, ReferenceForm.Alternative),
                '?' => Word(2, ReferenceForm.Required),
                _ => Substring(start, name, depth),
            },
            '-' or '+' or '?' => throw new SubstitutionException(start, $"faas-cli knows this form with a colon only, ${{{name}:{Peek()}…}}"),
            End => throw Unclosed(start),
            _ => throw new SubstitutionException(start, "what follows the name is no form that faas-cli knows"),
        };

        Reference Simple(ReferenceForm form)
        {
            Close(start);
            return new Reference(start, name, form, [], "");
        }

        ReferenceForm Doubled(char mark, ReferenceForm once, ReferenceForm twice)
        {
            position++;
            if (Peek() != mark)
            {
                return once;
            }

            position++;
            return twice;
        }

        Reference Casing(char mark, ReferenceForm first, ReferenceForm all) => Simple(Doubled(mark, first, all));

        Reference Removal(char mark, ReferenceForm shortest, ReferenceForm longest)
        {
            var form = Doubled(mark, shortest, longest);
            var pattern = ReadArgument(start, "}", depth);
            Close(start);
            return new Reference(start, name, form, [pattern], "");
        }

        Reference Word(int skip, ReferenceForm form)
        {
            position += skip;
            var begin = position;
            var parts = new List<ReferencePart>();
            while (Peek() is not ('}' or End))
            {
                parts.Add(IsReference ? new(null, ParseReference(depth + 1)) : new(ReadText("}", hasEscapes: false), null));
            }

            var raw = text[begin..position];
            Close(start);
            return new Reference(start, name, form, [parts], raw);
        }
    }

    private Reference Substring(int start, string name, int depth)
    {
        position++;
        var arguments = new List<IReadOnlyList<ReferencePart>> { ReadArgument(start, ":}", depth) };
        if (Peek() == ':')
        {
            position++;
            arguments.Add(ReadArgument(start, "}", depth));
        }

        Close(start);
        return new Reference(start, name, ReferenceForm.Substring, arguments, "");
    }

    private Reference Replacement(int start, string name, int depth)
    {
        var form = Peek(1) switch
        {
            '/' => ReferenceForm.ReplaceAll,
            '#' => ReferenceForm.ReplacePrefix,
            '%' => ReferenceForm.ReplaceSuffix,
            _ => ReferenceForm.ReplaceFirst,
        };
        position += form == ReferenceForm.ReplaceFirst ? 1 : 2;
        var replaced = ReadArgument(start, "/}", depth, hasEscapes: true);
        if (Peek() != '/')
        {
            throw new SubstitutionException(start, "the replacement is missing: faas-cli wants a slash before it even if it is empty");
        }

        position++;
        if (Peek() != '}')
        {
            var replacement = ReadArgument(start, "}", depth, hasEscapes: true);
            Close(start);
            return new Reference(start, name, form, [replaced, replacement], "");
        }

        // faas-cli leaves the value as it is here.
        if (form is ReferenceForm.ReplacePrefix or ReferenceForm.ReplaceSuffix)
        {
            throw new SubstitutionException(start, $"faas-cli ignores an empty replacement here; ${{{name}{(form == ReferenceForm.ReplacePrefix ? '#' : '%')}…}} removes text");
        }

        Close(start);
        return new Reference(start, name, form, [replaced, []], "");
    }

    /// <summary>One text or one reference; faas-cli takes no mixture here.</summary>
    private IReadOnlyList<ReferencePart> ReadArgument(int start, string stops, int depth, bool hasEscapes = false)
    {
        ReferencePart part = IsReference ? new(null, ParseReference(depth + 1)) : new(ReadText(stops, hasEscapes), null);
        if (part.Text is "")
        {
            throw Peek() == End ? Unclosed(start) : new SubstitutionException(start, "an argument is missing");
        }

        return Peek() == End ? throw Unclosed(start)
            : stops.Contains(Peek(), StringComparison.Ordinal) ? [part]
            : throw new SubstitutionException(start, "faas-cli takes either text or one reference as the argument of this form, not both");
    }

    private string ReadText(string stops, bool hasEscapes)
    {
        var read = new StringBuilder();
        while (position < text.Length && !IsReference && !stops.Contains(text[position], StringComparison.Ordinal))
        {
            if (hasEscapes && (Peek(), Peek(1)) is ('$', '$') or ('\\', '\\') or ('\\', '/'))
            {
                position++;
            }

            read.Append(text[position++]);
        }

        return read.ToString();
    }

    private string ReadName(int start)
    {
        var begin = position;
        while (Rune.DecodeFromUtf16(text.AsSpan(position), out var rune, out var length) == System.Buffers.OperationStatus.Done
            && (Rune.IsLetter(rune) || Rune.IsDigit(rune) || rune.Value == '_'))
        {
            position += length;
        }

        return position > begin ? text[begin..position]
            : throw (Peek() == End ? Unclosed(start) : new SubstitutionException(start, "there is no name of a variable where one belongs"));
    }

    private void Close(int start)
    {
        if (Peek() != '}')
        {
            throw Peek() == End ? Unclosed(start) : new SubstitutionException(start, "a closing brace belongs after the form");
        }

        position++;
    }

    private static SubstitutionException Unclosed(int start) => new(start, "the closing brace is missing");
}
