namespace OpenFaaS.Build.BuildKit.Connections.Daemonless;

/// <summary>Folders that only the user of this process may enter.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes a folder and the ones above it that are missing; one that exists is left as it is.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
