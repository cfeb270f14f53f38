namespace OpenFaaS.Build.Processes;

/// <summary>Finds programs in <c>PATH</c>.</summary>
internal static class ToolPath
{
    /// <summary>Full path of a program, or null. Only absolute folders count: a file in the current folder is not the user's program.</summary>
    public static string? Find(string name, Func<string, string?> environment)
    {
        string[] names = OperatingSystem.IsWindows() ? [name + ".exe"] : [name];
        return (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(folder => names.Select(file => Path.Combine(folder, file)))
            .FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
