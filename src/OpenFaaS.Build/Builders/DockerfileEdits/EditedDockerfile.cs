using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.DockerfileEdits;

/// <summary>A Dockerfile into which the SDK has written. Its lines are those of the file before, and lines that were added between them.</summary>
/// <param name="Path">Path of the user's file, for messages.</param>
/// <param name="Text">The text.</param>
/// <param name="Added">One-based lines of the text that were added.</param>
public sealed record EditedDockerfile(string Path, string Text, IReadOnlyList<int> Added)
{
    /// <summary>The diagnostic with a line of <see cref="Text"/> as the file had it before.</summary>
    /// <param name="diagnostic">What a builder told.</param>
    /// <param name="origin">The place to blame for an added line: the project that it comes from.</param>
    public Diagnostic Place(Diagnostic diagnostic, SourceLocation origin)
    {
        if (diagnostic.Location is not { } place || place.File != Path)
        {
            return diagnostic;
        }

        var before = Added.Count(line => line < place.Line);
        return Added.Contains(place.Line) ? diagnostic.At(origin)
            : before > 0 ? diagnostic.At(place with { Line = place.Line - before })
            : diagnostic;
    }

    /// <summary>The same for every diagnostic of a failure.</summary>
    public DiagnosticException Place(DiagnosticException failure, SourceLocation origin) => Added.Count == 0
        ? failure
        : new DiagnosticException([.. failure.Diagnostics.Select(diagnostic => Place(diagnostic, origin))], failure.InnerException);
}
