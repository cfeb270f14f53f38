using System.Text;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Reads a Dockerfile line by line: parser directives, comments, continuation lines.</summary>
internal sealed class LineReader(string text, string path)
{
    private const int MaxLines = 100_000;

    // What BuildKit reads as one line, in bytes of UTF-8 with the line's end.
    private const int MaxLineSize = 64 * 1024 - 1;
    private readonly ParserDirectives directives = new(path);
    private int position = text.StartsWith('\uFEFF') ? 1 : 0;

    public char Escape => directives.Escape;

    /// <summary>The frontend that the file asks for, or null.</summary>
    public string? Syntax => directives.Syntax;

    /// <summary>Number of the line that was read last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Whether the instruction that was read last would go on behind the end of the file.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Reads one line of the file, its end included; null at the end of the file.</summary>
    public string? ReadLine()
    {
        if (position >= text.Length)
        {
            return null;
        }

        var end = text.IndexOf('\n', position) is var found && found >= 0 ? found + 1 : text.Length;
        if (++Line > MaxLines)
        {
            throw DockerfileDiagnostics.TooLarge.With($"{MaxLines} lines").At(path, Line).ToException();
        }

        var line = text[position..end];
        position = end;
        return line.Length <= MaxLineSize / 3 || Encoding.UTF8.GetByteCount(line) <= MaxLineSize
            ? line
            : throw DockerfileDiagnostics.TooLarge.With($"{MaxLineSize} bytes in a line").At(path, Line).ToException();
    }

    /// <summary>Reads an instruction with its continuation lines, joined as written; null at the end of the file.</summary>
    /// <param name="firstLine">The line on which it begins.</param>
    public string? ReadInstruction(out int firstLine)
    {
        while (ReadLine() is { } first)
        {
            firstLine = Line;
            var line = first.TrimStart().TrimEnd('\r', '\n');
            directives.Read(line, Line);
            line = IsComment(line) ? "" : line;
            var continues = RemoveContinuation(ref line);
            if (continues || line.Length > 0)
            {
                return continues ? ReadContinuation(line) : line;
            }
        }

        firstLine = Line;
        return null;
    }

    private static bool IsComment(string line) => line.AsSpan().TrimStart() is ['#', ..];

    private string ReadContinuation(string first)
    {
        var joined = new StringBuilder(first);
        var continues = true;
        while (continues && ReadLine() is { } next)
        {
            if (!IsComment(next) && !string.IsNullOrWhiteSpace(next))
            {
                var line = next.TrimEnd('\r', '\n');
                continues = RemoveContinuation(ref line);
                joined.Append(line);
            }
        }

        IsOpen = continues;
        return joined.ToString();
    }

    /// <summary>The escape character as last character but blanks continues the line, unless another escape character stands before it.</summary>
    private bool RemoveContinuation(ref string line)
    {
        var trimmed = line.AsSpan().TrimEnd(" \t");
        if (trimmed.Length == 0 || trimmed[^1] != Escape || (trimmed.Length > 1 && trimmed[^2] == Escape))
        {
            return false;
        }

        line = trimmed[..^1].ToString();
        return true;
    }
}
