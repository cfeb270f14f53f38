namespace OpenFaaS.Build.Files;

/// <summary>Puts a finished folder in the place of another one, whole or not at all.</summary>
internal static class FolderSwap
{
    /// <summary>Moves <paramref name="fresh"/> to <paramref name="target"/>, whose old content is removed. Both lie on one disk.</summary>
    /// <exception cref="IOException">It cannot be moved; the old folder is where it was.</exception>
    public static void Replace(string fresh, string target)
    {
        var old = fresh + ".old";
        if (Directory.Exists(target))
        {
            Directory.Move(target, old);
        }

        try
        {
            Directory.Move(fresh, target);
        }
        catch when (Directory.Exists(old))
        {
            Directory.Move(old, target);
            throw;
        }

        Discard(old);
    }

    /// <summary>Removes a folder if it can be removed; a left-over folder costs disk space only.</summary>
    public static void Discard(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next build has another name for its own.
        }
    }
}
