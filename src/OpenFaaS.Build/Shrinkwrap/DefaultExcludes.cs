using System.Collections.Frozen;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Templates.Locking;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>What is left out of a handler that is the project folder: build outputs, and files that only the build itself reads.</summary>
internal static class DefaultExcludes
{
    private static readonly FrozenSet<string> Folders = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "bin", "obj", "template", "build", ".git", ".vs");
    private static readonly FrozenSet<string> Files = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "nuget.config", "global.json", "stack.yaml", "stack.yml", ".git",
        LockFile.FileName, "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "packages.lock.json");

    /// <summary>Whether a path of the handler (relative, with <c>/</c>) is left out.</summary>
    public static Func<string, bool, bool> For(FunctionModel function, IBuildLog log)
    {
        if (!function.DefaultExcludes)
        {
            return static (_, _) => false;
        }

        var isProject = string.Equals(
            Path.TrimEndingDirectorySeparator(function.HandlerFolder), Path.TrimEndingDirectorySeparator(function.Project.Folder), StringComparison.Ordinal);
        return isProject ? OfProject(Path.GetFileName(function.Project.Path))
            : function.Shape == FunctionShape.Any ? (path, _) => IsOfFaasCli(path, function, log)
            : static (_, _) => false;
    }

    private static Func<string, bool, bool> OfProject(string project) =>
        (path, isFolder) => !path.Contains('/', StringComparison.Ordinal) && (isFolder
            ? Folders.Contains(path)
            : Files.Contains(path) || string.Equals(path, project, StringComparison.Ordinal) || string.Equals(path, project + ".user", StringComparison.Ordinal));

    // faas-cli leaves files of these names out of every handler, since it writes to folders of these names itself, and says nothing.
    private static bool IsOfFaasCli(string path, FunctionModel function, IBuildLog log)
    {
        if (path is not ("build" or "template"))
        {
            return false;
        }

        log.Message(MessageImportance.Normal, $"'{path}' in the handler of {function.Name} is left out, as faas-cli leaves it out; FunctionDefaultExcludes=false keeps it.");
        return true;
    }
}
