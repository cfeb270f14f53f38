using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Model;

/// <summary>A file or folder that is copied into the handler's folder of the context.</summary>
/// <param name="Path">Path relative to the folder of the project or stack file, with <c>/</c>; it is the path below the handler's folder, too.</param>
/// <param name="At">Where it is written.</param>
public sealed record ExtraPath(string Path, SourceLocation At)
{
    /// <summary>Cleans a path that a user wrote; null where it names the base folder itself or leads out of it.</summary>
    public static ExtraPath? TryCreate(string text, string baseFolder, SourceLocation at)
    {
        if (text.Length == 0 || text[0] == '~' || text.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        // On Unix a drive or a network share would be an innocent name; no user means one.
        var path = text.Replace('\\', '/');
        if (path.StartsWith("//", StringComparison.Ordinal) || (!OperatingSystem.IsWindows() && path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0])))
        {
            return null;
        }

        var root = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(baseFolder));
        var relative = System.IO.Path.GetRelativePath(root, System.IO.Path.GetFullPath(path, root)).Replace('\\', '/');
        return relative == "." || relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || System.IO.Path.IsPathRooted(relative)
            ? null
            : new ExtraPath(relative, at);
    }
}
