using System.Text.RegularExpressions;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders;

/// <summary>Prepares a Dockerfile for engines whose parser does not know every flag.</summary>
internal static partial class DockerfileFlags
{
    /// <summary>
    /// Takes <c>--link</c> away from COPY and ADD: it says how a layer is made, and engines without BuildKit know no such flag. The bundled template uses
    /// it. The image is the same as long as no folder on the way to a destination is a symbolic link in the base image. Lines keep their numbers.
    /// </summary>
    /// <param name="text">A Dockerfile that can be parsed.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <exception cref="Diagnostics.DiagnosticException">It cannot be parsed.</exception>
    public static string WithoutLink(string text, string path)
    {
        var document = DockerfileParser.Parse(text, path);
        var linked = document.Stages.SelectMany(stage => stage.Instructions).OfType<CopyInstruction>()
            .Where(copy => InstructionLine.Split(path, copy.Line, copy.Text, document.Escape).Flags.Any(flag => flag is "--link" || flag.StartsWith("--link=", StringComparison.Ordinal)))
            .ToList();
        if (linked.Count == 0)
        {
            return text;
        }

        var lines = text.ReplaceLineEndings("\n").Split('\n');
        foreach (var copy in linked)
        {
            // The flag stands before the arguments, on the first line of the instruction or on one that continues it.
            var line = copy.Line - 1;
            while (line < lines.Length - 1 && !Link().IsMatch(lines[line]))
            {
                line++;
            }

            lines[line] = Link().Replace(lines[line], "", 1);
        }

        return string.Join('\n', lines);
    }

    [GeneratedRegex(@"(?<=^|\s)--link(?:=[a-zA-Z""']*)?(?=\s|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
