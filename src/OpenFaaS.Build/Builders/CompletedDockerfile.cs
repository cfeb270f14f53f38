using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders;

/// <summary>A Dockerfile with the instructions that the model adds.</summary>
/// <param name="Path">Path of the user's file, for messages.</param>
/// <param name="Text">The text that is built.</param>
/// <param name="FirstAdded">One-based line of the first added instruction.</param>
/// <param name="Added">How many lines were added there.</param>
public sealed record CompletedDockerfile(string Path, string Text, int FirstAdded = 0, int Added = 0)
{
    /// <summary>The diagnostic with a line of <see cref="Text"/> as the user's file has it.</summary>
    /// <param name="diagnostic">What a builder told.</param>
    /// <param name="origin">The place to blame for an added line: the project that it comes from.</param>
    public Diagnostic Place(Diagnostic diagnostic, SourceLocation origin) => diagnostic.Location switch
    {
        { } place when Added == 0 || place.File != Path || place.Line < FirstAdded => diagnostic,
        { } place when place.Line < FirstAdded + Added => diagnostic.At(origin),
        { } place => diagnostic.At(place with { Line = place.Line - Added }),
        null => diagnostic,
    };
}
