namespace OpenFaaS.Build.Context;

/// <summary>Puts entries of a file set onto a disk.</summary>
internal static class EntryFile
{
    /// <summary>Makes a file with its mode, a folder without, or a link; nothing may be there yet but a folder for a folder.</summary>
    /// <exception cref="IOException">It cannot be made, or something is there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static async Task WriteAsync(ContextEntry entry, string path, CancellationToken cancellationToken)
    {
        switch (entry.Kind)
        {
            case EntryKind.Directory:
                Directory.CreateDirectory(path);
                break;
            case EntryKind.SymbolicLink:
                File.CreateSymbolicLink(path, entry.LinkTarget!);
                break;
            default:
                await using (var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 128 * 1024, FileOptions.Asynchronous))
                await using (var source = entry.Content!.Open())
                {
                    await source.CopyToAsync(target, cancellationToken);
                }

                SetMode(path, entry.Mode);
                break;
        }
    }

    /// <summary>Sets the permission bits where the system has them.</summary>
    public static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)mode);
        }
    }
}
