using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>The parser directives, <c># name=value</c>, which stand before everything else.</summary>
internal sealed class ParserDirectives(string path)
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private bool isOver;

    /// <summary>The Dockerfile's escape character.</summary>
    public char Escape { get; private set; } = '\\';

    /// <summary>The frontend that the file asks for, or null.</summary>
    public string? Syntax { get; private set; }

    /// <summary>Reads a line if it is a directive; the first that is none, even a comment or an empty line, ends the directives.</summary>
    public void Read(string line, int number)
    {
        if (isOver || !TrySplit(line, out var name, out var value))
        {
            isOver = true;
            return;
        }

        if (!seen.Add(name))
        {
            throw DockerfileDiagnostics.InvalidDirective.With(name, "stands in the file twice").At(path, number).ToException();
        }

        if (name == "syntax")
        {
            Syntax = value.Split(' ', 2)[0];
        }

        if (name == "escape")
        {
            Escape = value is "\\" or "`"
                ? value[0]
                : throw DockerfileDiagnostics.InvalidDirective.With(name, "is neither \\ nor `").At(path, number).ToException();
        }
    }

    private static bool TrySplit(string line, out string name, out string value)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        (name, value) = line.StartsWith('#') && equals > 0 ? (line[1..equals].Trim().ToLowerInvariant(), line[(equals + 1)..].Trim()) : ("", "");
        return name is "syntax" or "escape" or "check" && value.Length > 0;
    }
}
