using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Files;

/// <summary>Replaces files whole: a temporary sibling is written, forced to disk where nothing else is said, and renamed over the old file. On failure the old file is untouched.</summary>
public static partial class AtomicFile
{
    private const int Buffer = 128 * 1024;

    /// <summary>Whether a file name is one that is given to unfinished files here.</summary>
    public static bool IsUnfinished(string name) => TemporaryName().IsMatch(name);

    /// <summary>Writes bytes.</summary>
    public static Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(path, content, isForced: true, cancellationToken);

    /// <summary>Writes bytes that are not forced to disk: for what may be missing or empty after the machine has lost its power.</summary>
    public static Task WriteUnforcedAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(path, content, isForced: false, cancellationToken);

    /// <summary>Writes what <paramref name="write"/> produces.</summary>
    /// <exception cref="DiagnosticException">The file cannot be written (full disk, permissions).</exception>
    public static Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        WriteAsync(path, write, Buffer, isForced: true, cancellationToken);

    private static Task WriteAsync(string path, ReadOnlyMemory<byte> content, bool isForced, CancellationToken cancellationToken) =>
        WriteAsync(path, async (stream, token) => await stream.WriteAsync(content, token), buffer: 0, isForced, cancellationToken);

    private static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write, int buffer, bool isForced, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(folder);
            if (Directory.Exists(path))
            {
                throw LayerDiagnostics.CannotWrite.With(path, "it is a folder").ToException();
            }

            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, buffer, FileOptions.Asynchronous))
            {
                await write(stream, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                stream.Flush(flushToDisk: isForced);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, path, overwrite: true);
            if (isForced)
            {
                DirectorySync.Flush(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            throw DiskFailure.Of(path, e);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    /// <summary>Fails if a file could not be put there: makes its folder, and an empty file in it for a moment.</summary>
    /// <exception cref="DiagnosticException">It could not.</exception>
    public static void EnsureWritable(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(
                Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(path, e);
        }
    }

    [GeneratedRegex(@"\A\..+\.[0-9a-f]{32}\.tmp\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex TemporaryName();

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }
}
