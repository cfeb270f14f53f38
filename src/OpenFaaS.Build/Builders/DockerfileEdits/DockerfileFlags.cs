using System.Text.RegularExpressions;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders.DockerfileEdits;

/// <summary>Prepares a Dockerfile for engines whose parser does not know every flag.</summary>
internal static partial class DockerfileFlags
{
    /// <summary>
    /// Takes <c>--link</c> away from COPY and ADD: it says how a layer is made, and engines without BuildKit know no such flag. The bundled template uses
    /// it. The image is the same as long as no folder on the way to a destination is a symbolic link in the base image. Lines keep their numbers.
    /// </summary>
    public static void RemoveLink(DockerfileEditor editor)
    {
        var document = editor.Document;
        foreach (var copy in document.Stages.SelectMany(stage => stage.Instructions).OfType<CopyInstruction>())
        {
            // Also --link=false, which an engine without BuildKit knows no better.
            if (InstructionLine.Split(document.Path, copy.Line, copy.Text, document.Escape).Flags.Any(flag => flag is "--link" || flag.StartsWith("--link=", StringComparison.Ordinal)))
            {
                editor.Rewrite(copy, text => Link().Replace(text, "", 1));
            }
        }
    }

    /// <summary>The text of a Dockerfile without the flag.</summary>
    /// <param name="text">A Dockerfile that can be parsed.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <exception cref="Diagnostics.DiagnosticException">It cannot be parsed.</exception>
    public static string WithoutLink(string text, string path)
    {
        var editor = new DockerfileEditor(text, DockerfileParser.Parse(text, path));
        RemoveLink(editor);
        return editor.Finish().Text;
    }

    [GeneratedRegex(@"(?<=^|\s)--link(?:=[a-zA-Z""']*)?(?=\s|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
