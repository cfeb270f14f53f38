namespace OpenFaaS.Build.Files;

/// <summary>A file that is written to an end which nobody wants any more.</summary>
internal static class UnfinishedFile
{
    /// <summary>Closes and deletes the file. On a full disk its end still wants to be written when it is closed, and fails: it is deleted all the same.</summary>
    /// <exception cref="IOException">It could not be closed or deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It could not be deleted.</exception>
    public static async ValueTask DiscardAsync(FileStream file)
    {
        try
        {
            await file.DisposeAsync();
        }
        finally
        {
            File.Delete(file.Name);
        }
    }
}
