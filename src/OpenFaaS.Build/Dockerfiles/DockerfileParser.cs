using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Parses Dockerfiles by BuildKit's rules. Nothing is expanded, and nothing is read but the text.</summary>
public static class DockerfileParser
{
    private const int MaxLength = 4 * 1024 * 1024;
    private const int MaxInstructions = 16_000;
    private const int MaxStages = 1_000;

    /// <summary>Parses a Dockerfile.</summary>
    /// <param name="text">Its content; a byte order mark and CRLF are accepted.</param>
    /// <param name="path">How messages name it.</param>
    /// <exception cref="DiagnosticException">The Dockerfile is malformed (OFB22xx, with line).</exception>
    public static DockerfileDocument Parse(string text, string path)
    {
        if (text.Length > MaxLength)
        {
            throw TooLarge($"{MaxLength} characters", path, 0);
        }

        var lines = new LineReader(text, path);
        var globals = new List<ArgInstruction>();
        var stages = new List<(FromInstruction From, List<Instruction> Instructions)>();
        var count = 0;
        while (lines.ReadInstruction(out var number) is { } line)
        {
            if (++count > MaxInstructions)
            {
                throw TooLarge($"{MaxInstructions} instructions", path, number);
            }

            var textEnd = lines.Line;
            var split = HeredocReader.Read(InstructionLine.Split(path, number, line, lines.Escape), lines);
            switch (InstructionParser.Parse(split) with { TextEndLine = textEnd, EndLine = lines.Line, IsOpen = lines.IsOpen })
            {
                case FromInstruction when stages.Count == MaxStages:
                    throw TooLarge($"{MaxStages} stages", path, number);
                case FromInstruction from:
                    stages.Add((from, []));
                    break;
                case ArgInstruction arg when stages.Count == 0:
                    globals.Add(arg);
                    break;
                case var instruction when stages.Count > 0:
                    stages[^1].Instructions.Add(instruction);
                    break;
                case var instruction:
                    throw split.Error(DockerfileDiagnostics.NoStage, instruction.Keyword);
            }
        }

        return stages.Count > 0
            ? new DockerfileDocument(path, lines.Escape, globals, [.. stages.Select((stage, index) => new Stage(index, stage.From, stage.Instructions))]) { Syntax = lines.Syntax }
            : throw DockerfileDiagnostics.NothingToBuild.With(count == 0 ? "instructions" : "FROM").At(path).ToException();
    }

    private static DiagnosticException TooLarge(string limit, string path, int line) =>
        DockerfileDiagnostics.TooLarge.With(limit).At(path, line).ToException();
}
