namespace OpenFaaS.Build.Files;

/// <summary>Reads small files of others into memory: never a FIFO or a device, and never more than a limit.</summary>
internal static class BoundedFile
{
    /// <summary>The whole file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It is no regular file, is larger than the limit, or cannot be read; the message says so.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static async Task<byte[]> ReadAsync(string path, int limit, CancellationToken cancellationToken)
    {
        // A link of the user's own is followed; what it leads to has to be a file as well.
        var target = FileStatus.Of(path)?.Type == FileType.SymbolicLink ? File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName : path;
        var status = FileStatus.Of(target) ?? throw new FileNotFoundException("there is no such file");
        if (status.Type != FileType.File)
        {
            throw new IOException("it is no file");
        }

        await using var file = new FileStream(target, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (content.Length + read > limit)
            {
                throw new IOException($"it is larger than {limit} bytes");
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
