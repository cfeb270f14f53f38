using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders;

/// <summary>
/// Build arguments for tools that take values on their command line alone, which every user of the machine can read: a value from a file or a variable
/// becomes the default of its ARG instead. The image and its history are the same.
/// </summary>
internal static class DockerfileArguments
{
    /// <summary>The Dockerfile with an ARG of its value after each one that declares one of the arguments. Lines after it move down.</summary>
    /// <param name="text">A Dockerfile that can be parsed.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="arguments">Values by name.</param>
    /// <param name="tool">The tool, for messages.</param>
    /// <exception cref="DiagnosticException">A value has several lines, or one that needs no ARG has none.</exception>
    public static string WithDefaults(string text, string path, IReadOnlyDictionary<string, string> arguments, string tool)
    {
        if (arguments.Count == 0)
        {
            return text;
        }

        var document = DockerfileParser.Parse(text, path);
        var declared = document.ArgInstructions
            .SelectMany(instruction => instruction.Arguments.Where(argument => arguments.ContainsKey(argument.Key)).Select(argument => (instruction.Line, Name: argument.Key)))
            .ToList();
        foreach (var (name, value) in arguments)
        {
            if (value.AsSpan().IndexOfAny('\n', '\r', '\0') >= 0)
            {
                throw LegacyToolDiagnostics.ArgumentNotPassable.With(name, tool, "it has more than one line").At(path).ToException();
            }

            // One that is declared nowhere has no effect, but for those that mean something by themselves.
            if (PredefinedArguments.Contains(name) && declared.TrueForAll(place => place.Name != name))
            {
                throw LegacyToolDiagnostics.ArgumentNotPassable.With(name, tool, "the Dockerfile has no ARG of this name").At(path).ToException();
            }
        }

        var lines = text.ReplaceLineEndings("\n").Split('\n').ToList();
        foreach (var (line, name) in declared.OrderByDescending(place => place.Line))
        {
            lines.Insert(EndOf(lines, line - 1, document.Escape) + 1, $"ARG {name}={Quote(arguments[name], document.Escape)}");
        }

        return string.Join('\n', lines);
    }

    // An instruction goes on while its lines end with the escape character; comments and empty lines in between belong to it.
    private static int EndOf(List<string> lines, int index, char escape)
    {
        while (index < lines.Count - 1 && (lines[index].TrimEnd().EndsWith(escape) || IsComment(lines[index])))
        {
            index++;
        }

        return index;
    }

    private static bool IsComment(string line) => line.TrimStart() is "" or ['#', ..];

    private static string Quote(string value, char escape) =>
        "\"" + string.Concat(value.Select(c => c == '"' || c == '$' || c == escape ? $"{escape}{c}" : c.ToString())) + "\"";
}
