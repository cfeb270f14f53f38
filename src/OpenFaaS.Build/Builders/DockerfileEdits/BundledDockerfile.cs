using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.DockerfileEdits;

/// <summary>The Dockerfile of the SDK's own template for .NET functions.</summary>
public static class BundledDockerfile
{
    /// <summary>
    /// The Dockerfile with <c>ContainerWorkingDirectory</c> as the folder of the function's files: they have to be where it starts, as .NET SDK container
    /// publishing puts them. Not by a build argument, so that a shrinkwrapped folder says the same.
    /// </summary>
    /// <exception cref="DiagnosticException">It is no full path.</exception>
    public static string InFolder(string text, FunctionModel function)
    {
        const string argument = $"ARG {DotNetLayout.FolderArgument}=";
        if (function.Image.WorkingDirectory is not { } folder)
        {
            return text;
        }

        // The root itself may not become an empty word.
        return folder.StartsWith('/') && QuotedWord.CanHold(folder)
            ? text.Replace(argument + DotNetLayout.AppFolder, argument + QuotedWord.Of(folder.TrimEnd('/') is { Length: > 0 } named ? named : "/.", '\\'), StringComparison.Ordinal)
            : throw InputDiagnostics.InvalidProperty.With("ContainerWorkingDirectory", folder.ReplaceLineEndings("\\n"), "a full path in the image, on one line").At(function.Project.Path).ToException();
    }
}
