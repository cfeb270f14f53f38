using System.Text;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>An instruction split into keyword, flags and the rest.</summary>
/// <param name="Path">The Dockerfile, for messages.</param>
/// <param name="Line">Line on which it begins.</param>
/// <param name="Text">As written, continuation lines joined, blanks at both ends removed.</param>
/// <param name="Escape">The Dockerfile's escape character.</param>
/// <param name="Keyword">First word, in upper case.</param>
/// <param name="Flags">Words that begin with <c>--</c> before the arguments, quotes and escapes removed.</param>
/// <param name="Arguments">The rest, blanks at both ends removed.</param>
internal sealed record InstructionLine(string Path, int Line, string Text, char Escape, string Keyword, IReadOnlyList<string> Flags, string Arguments)
{
    private static readonly System.Buffers.SearchValues<char> Blanks = System.Buffers.SearchValues.Create("\t\v\f\r ");

    /// <summary>Heredocs whose content follows the instruction, in order.</summary>
    public IReadOnlyList<HeredocContent> Heredocs { get; init; } = [];

    public static InstructionLine Split(string path, int line, string text, char escape)
    {
        text = text.Trim();
        var end = text.AsSpan().IndexOfAny(Blanks);
        var keyword = (end < 0 ? text : text[..end]).ToUpperInvariant();
        var rest = end < 0 ? "" : text[end..].Trim();
        var flags = new List<string>();
        var arguments = SplitFlags(rest, escape, flags).Trim();
        return new InstructionLine(path, line, text, escape, keyword, flags, arguments);
    }

    /// <summary>The arguments between blanks; quotes have no meaning here.</summary>
    public IReadOnlyList<string> Words() => Arguments.Split(['\t', '\v', '\f', '\r', ' '], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The arguments as one, of which there must be something.</summary>
    public string SingleArgument() => Arguments.Length > 0 ? Arguments : throw Invalid("needs an argument");

    /// <summary>An error at this line.</summary>
    public DiagnosticException Error(DiagnosticDescriptor descriptor, params object?[] arguments) =>
        descriptor.With([.. arguments.Select(argument => argument is string text ? Excerpt.Of(text) : argument)]).At(Path, Line).ToException();

    /// <summary>The error that this instruction's arguments have.</summary>
    public DiagnosticException Invalid(string problem) => Error(DockerfileDiagnostics.InvalidArguments, Keyword, problem);

    private static string SplitFlags(string rest, char escape, List<string> flags)
    {
        var position = 0;
        while (true)
        {
            while (position < rest.Length && char.IsWhiteSpace(rest[position]))
            {
                position++;
            }

            if (!rest.AsSpan(position).StartsWith("--", StringComparison.Ordinal))
            {
                return rest[position..];
            }

            // A bare -- ends the flags, so that an argument may begin with --.
            var flag = ReadFlag(rest, escape, ref position);
            if (flag == "--")
            {
                return rest[position..];
            }

            flags.Add(flag);
        }
    }

    private static string ReadFlag(string rest, char escape, ref int position)
    {
        var flag = new StringBuilder();
        var quote = '\0';
        for (; position < rest.Length; position++)
        {
            var c = rest[position];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                break;
            }

            if (quote == '\0' ? c is '"' or '\'' : c == quote)
            {
                quote = quote == '\0' ? c : '\0';
            }
            else if (c != escape)
            {
                flag.Append(c);
            }
            else if (position + 1 < rest.Length)
            {
                flag.Append(rest[++position]);
            }
        }

        return flag.ToString();
    }
}
