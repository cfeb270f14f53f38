using System.Text;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Reads the content of heredocs, which follows their instruction.</summary>
internal static class HeredocReader
{
    /// <summary>The instruction with its heredocs read.</summary>
    /// <exception cref="DiagnosticException">A heredoc does not end.</exception>
    public static InstructionLine Read(InstructionLine instruction, LineReader lines)
    {
        if (!instruction.Text.Contains("<<", StringComparison.Ordinal) || !CanHaveHeredocs(instruction))
        {
            return instruction;
        }

        try
        {
            return instruction with { Heredocs = [.. HeredocDelimiter.Find(instruction.Text).Select(delimiter => ReadContent(instruction, delimiter, lines))] };
        }
        catch (WordExpansionException e)
        {
            throw instruction.Error(DockerfileDiagnostics.InvalidExpansion, instruction.Text, e.Message);
        }
    }

    /// <summary>Removes the tabs at the beginning of every line.</summary>
    public static string StripTabs(string content) => string.Join('\n', content.Split('\n').Select(line => line.TrimStart('\t')));

    private static bool CanHaveHeredocs(InstructionLine instruction)
    {
        if (instruction.Keyword == "ONBUILD")
        {
            instruction = InstructionLine.Split(instruction.Path, instruction.Line, instruction.Arguments, instruction.Escape);
        }

        return instruction.Keyword is "COPY" or "ADD" or "RUN" && JsonArguments.Parse(instruction) is null;
    }

    private static HeredocContent ReadContent(InstructionLine instruction, HeredocDelimiter delimiter, LineReader lines)
    {
        var content = new StringBuilder();
        while (lines.ReadLine() is { } line)
        {
            var end = line.AsSpan().TrimEnd("\r\n");
            if ((delimiter.StripTabs ? end.TrimStart('\t') : end).SequenceEqual(delimiter.Name))
            {
                return new HeredocContent(delimiter, content.ToString());
            }

            content.Append(line);
        }

        throw instruction.Error(DockerfileDiagnostics.UnterminatedHeredoc, delimiter.Name);
    }
}
