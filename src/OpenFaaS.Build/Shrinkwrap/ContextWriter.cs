using System.Text;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>Writes a build context to a folder, which is replaced whole or not at all.</summary>
public static class ContextWriter
{
    /// <summary>Marks a folder as ours, so that no other folder is ever replaced.</summary>
    private const string Marker = ".openfaas-context";

    /// <param name="files">The context.</param>
    /// <param name="dockerfile">Text of the Dockerfile, which is written even where .dockerignore leaves it out.</param>
    /// <param name="dockerfileName">Its path in the context.</param>
    /// <param name="folder">Full path of the folder to replace.</param>
    /// <param name="log">Where it is reported what no folder can be given: sockets, and what takes a privilege.</param>
    /// <param name="cancellationToken">Leaves the old folder as it was.</param>
    public static async Task WriteAsync(
        FileSet files, string dockerfile, string dockerfileName, string folder, IBuildLog log, CancellationToken cancellationToken)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        var parent = Path.GetDirectoryName(folder)!;
        var fresh = Path.Combine(parent, $".{Path.GetFileName(folder)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(parent);
            EnsureOurs(folder, parent);
            Directory.CreateDirectory(fresh);

            // A set of its own: the Dockerfile may have been the first name of a file.
            var others = files.Find(dockerfileName) is null ? files : new FileSet(files.Where(entry => entry.Path != dockerfileName));
            var writer = new EntryWriter(fresh, log);
            foreach (var entry in others)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await writer.WriteAsync(entry, cancellationToken);
            }

            var path = Path.Combine(fresh, dockerfileName.Replace('/', Path.DirectorySeparatorChar));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
            {
                await file.WriteAsync(new UTF8Encoding(false).GetBytes(dockerfile), cancellationToken);
            }

            writer.Finish(others);

            // Before the folder: one without the mark would be taken for somebody else's.
            await AtomicFile.WriteAsync(MarkerOf(folder), ReadOnlyMemory<byte>.Empty, cancellationToken);
            FolderSwap.Replace(fresh, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(folder, e);
        }
        finally
        {
            FolderSwap.Discard(fresh);
        }
    }

    private static string MarkerOf(string folder) => Path.Combine(Path.GetDirectoryName(folder)!, $"{Path.GetFileName(folder)}{Marker}");

    private static void EnsureOurs(string folder, string parent)
    {
        OwnFolder.EnsureTrusted(parent);
        OwnFolder.EnsureTrusted(folder);
        if (Directory.Exists(folder) && !File.Exists(MarkerOf(folder)) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw LayerDiagnostics.UntrustedFolder.With(folder, "it holds files that no earlier shrinkwrap has written").ToException();
        }
    }
}
