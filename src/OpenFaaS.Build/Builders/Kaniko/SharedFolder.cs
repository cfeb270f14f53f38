namespace OpenFaaS.Build.Builders.Kaniko;

/// <summary>Folders in a private one that the executor writes into from within its container, where its user may be another one's.</summary>
internal static class SharedFolder
{
    private const UnixFileMode Everybody = (UnixFileMode)0x1FF;

    /// <summary>Makes a folder that everybody may write to who can reach it.</summary>
    public static string Create(string path)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Everybody);
        }

        return path;
    }
}
