using System.Collections.Frozen;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>What is left out of a handler that is the project folder: build outputs, and files that only the build itself reads.</summary>
internal static class DefaultExcludes
{
    private static readonly FrozenSet<string> Folders = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "bin", "obj", "template", "build", ".git", ".vs");
    private static readonly FrozenSet<string> Files = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "nuget.config", "global.json", "stack.yaml", "stack.yml", ".git",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "packages.lock.json");

    /// <summary>Whether a path of the handler (relative, with <c>/</c>) is left out.</summary>
    public static Func<string, bool, bool> For(FunctionModel function)
    {
        var isProject = string.Equals(
            Path.TrimEndingDirectorySeparator(function.HandlerFolder), Path.TrimEndingDirectorySeparator(function.Project.Folder), StringComparison.Ordinal);
        if (!isProject || !function.DefaultExcludes)
        {
            return static (_, _) => false;
        }

        var project = Path.GetFileName(function.Project.Path);
        return (path, isFolder) => !path.Contains('/', StringComparison.Ordinal) && (isFolder
            ? Folders.Contains(path)
            : Files.Contains(path) || string.Equals(path, project, StringComparison.Ordinal) || string.Equals(path, project + ".user", StringComparison.Ordinal));
    }
}
