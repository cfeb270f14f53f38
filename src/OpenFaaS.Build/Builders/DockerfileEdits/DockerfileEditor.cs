using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders.DockerfileEdits;

/// <summary>
/// Changes a Dockerfile instruction by instruction; lines are counted as the parser does. What is not changed stays as it is, ends of lines included: they may
/// be content of a heredoc.
/// </summary>
internal sealed class DockerfileEditor
{
    private readonly string[] lines;
    private readonly HashSet<int> rewritten = [];
    private readonly Dictionary<int, List<string>> added = [];
    private int kept;

    /// <param name="text">A Dockerfile.</param>
    /// <param name="document">The same text, parsed.</param>
    public DockerfileEditor(string text, DockerfileDocument document)
    {
        Document = document;
        lines = text.Split('\n');
        kept = lines.Length;
    }

    /// <summary>The Dockerfile as it was at first.</summary>
    public DockerfileDocument Document { get; }

    /// <summary>Writes an instruction anew, heredocs excepted: its text stands on its first line, and the lines that continued it are empty, so that those below keep their numbers.</summary>
    /// <param name="instruction">An instruction of the document.</param>
    /// <param name="change">Makes the new text from the one that it has now, continuation lines joined.</param>
    public void Rewrite(Instruction instruction, Func<string, string> change)
    {
        var first = instruction.Line - 1;
        lines[first] = change(rewritten.Add(first) ? instruction.Text : lines[first]);
        Array.Fill(lines, "", instruction.Line, instruction.TextEndLine - instruction.Line);
    }

    /// <summary>Adds a line behind an instruction.</summary>
    public void AddAfter(Instruction instruction, string line)
    {
        if (!added.TryGetValue(instruction.EndLine, out var behind))
        {
            added[instruction.EndLine] = behind = [];
        }

        behind.Add(line);
        if (instruction.IsOpen)
        {
            // It would swallow what is added.
            Rewrite(instruction, text => text);
        }
    }

    /// <summary>Adds lines as last instructions of a stage.</summary>
    public void AddTo(Stage stage, IEnumerable<string> instructions)
    {
        foreach (var instruction in instructions)
        {
            AddAfter(LastOf(stage), instruction);
        }
    }

    /// <summary>Leaves out all that follows a stage.</summary>
    public void EndWith(Stage stage) => kept = LastOf(stage).EndLine;

    /// <summary>The text as it is now.</summary>
    public EditedDockerfile Finish()
    {
        var result = new List<string>(kept);
        var numbers = new List<int>();
        for (var line = 1; line <= kept; line++)
        {
            result.Add(lines[line - 1]);
            foreach (var text in added.GetValueOrDefault(line) ?? [])
            {
                result.Add(text);
                numbers.Add(result.Count);
            }
        }

        // The last line of a file may have no end; an instruction has one.
        if (result[^1].Length > 0 && (kept < lines.Length || numbers.Count > 0))
        {
            result.Add("");
        }

        return new EditedDockerfile(Document.Path, string.Join('\n', result), numbers);
    }

    private static Instruction LastOf(Stage stage) => stage.Instructions.Count > 0 ? stage.Instructions[^1] : stage.From;
}
