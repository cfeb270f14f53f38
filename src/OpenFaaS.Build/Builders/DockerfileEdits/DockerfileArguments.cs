using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders.DockerfileEdits;

/// <summary>
/// Build arguments for tools that take values on their command line alone, which every user of the machine can read: a value from a file or a variable
/// becomes the default of its ARG instead. The image and its history are the same.
/// </summary>
internal static class DockerfileArguments
{
    /// <summary>The Dockerfile with an ARG of its value after each one that declares one of the arguments.</summary>
    /// <param name="text">A Dockerfile that can be parsed.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="arguments">Values by name.</param>
    /// <param name="tool">The tool, for messages.</param>
    /// <exception cref="DiagnosticException">A value has several lines, or one that needs no ARG has none.</exception>
    public static EditedDockerfile WithDefaults(string text, string path, IReadOnlyDictionary<string, string> arguments, string tool)
    {
        if (arguments.Count == 0)
        {
            return new EditedDockerfile(path, text, []);
        }

        var document = DockerfileParser.Parse(text, path);
        var declared = document.ArgInstructions
            .SelectMany(instruction => instruction.Arguments.Where(argument => arguments.ContainsKey(argument.Key)).Select(argument => (Instruction: instruction, Name: argument.Key)))
            .ToList();
        foreach (var (name, value) in arguments)
        {
            if (!QuotedWord.CanHold(value))
            {
                throw LegacyToolDiagnostics.ArgumentNotPassable.With(name, tool, "it has more than one line").At(path).ToException();
            }

            // One that is declared nowhere has no effect, but for those that mean something by themselves.
            if (PredefinedArguments.Contains(name) && declared.TrueForAll(declaration => declaration.Name != name))
            {
                throw LegacyToolDiagnostics.ArgumentNotPassable.With(name, tool, "the Dockerfile has no ARG of this name").At(path).ToException();
            }
        }

        var editor = new DockerfileEditor(text, document);
        foreach (var (instruction, name) in declared)
        {
            editor.AddAfter(instruction, $"ARG {name}={QuotedWord.Of(arguments[name], document.Escape)}");
        }

        return editor.Finish();
    }
}
