namespace OpenFaaS.Build.Files;

/// <summary>How much a folder holds while another program writes there.</summary>
internal static class FolderSize
{
    private static readonly EnumerationOptions Options = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>Bytes in the files below a folder; files that go away in the meantime do not count.</summary>
    public static long Of(string folder)
    {
        long size = 0;
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", Options))
            {
                size += file.Exists ? file.Length : 0;
            }
        }
        catch (IOException)
        {
            // A file or folder went away between listing and asking; the next look counts again.
        }

        return size;
    }
}
