using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Context;

/// <summary>Puts the entries of a file set onto a disk. What a disk cannot be given, or only by a privilege that is missing, is left out with a warning.</summary>
/// <param name="root">The folder that the paths are relative to.</param>
/// <param name="log">Where the warnings go.</param>
internal sealed class EntryWriter(string root, IBuildLog log)
{
    private readonly HashSet<string> leftOut = new(StringComparer.Ordinal);
    private readonly SortedSet<string> xattrs = new(StringComparer.Ordinal);
    private int filesWithoutXattrs;

    /// <summary>Makes a file or special file with its mode, a folder without, or a link; nothing may be there yet but a folder for a folder.</summary>
    /// <param name="entry">The entry; the file that a hard link leads to was written before.</param>
    /// <param name="cancellationToken">Leaves a file half written.</param>
    /// <exception cref="IOException">It cannot be made, or something is there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public async Task WriteAsync(ContextEntry entry, CancellationToken cancellationToken)
    {
        var path = PathOf(entry.Path);
        switch (entry.Kind)
        {
            case EntryKind.Directory:
                Directory.CreateDirectory(path);
                SetXattrs(entry, path);
                return;
            case EntryKind.SymbolicLink:
                File.CreateSymbolicLink(path, entry.LinkTarget!);
                return;
            case EntryKind.File when entry.HardLink is { } first && SpecialFile.TryLink(PathOf(first), path):
                return;
            case EntryKind.File:
                await WriteContentAsync(entry, path, cancellationToken);
                break;
            default:
                if (Make(entry, path) is { } reason)
                {
                    leftOut.Add(entry.Path);
                    log.Report(LayerDiagnostics.SpecialFileNotWritten.With(entry.Path, NameOf(entry.Kind), reason));
                    return;
                }

                break;
        }

        // Before the mode, which may forbid it.
        SetXattrs(entry, path);
        SetMode(path, entry.Mode);
    }

    /// <summary>Gives folders their modes, and everything its time; last, since a folder without write permission could not be filled.</summary>
    public void Finish(IEnumerable<ContextEntry> entries)
    {
        foreach (var entry in entries)
        {
            var path = PathOf(entry.Path);
            if (entry.Kind == EntryKind.Directory)
            {
                SetMode(path, entry.Mode);
            }

            if (entry.Modified != 0 && entry.Kind != EntryKind.SymbolicLink && !leftOut.Contains(entry.Path))
            {
                File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddTicks(entry.Modified / 100));
            }
        }

        if (filesWithoutXattrs > 0)
        {
            log.Report(LayerDiagnostics.XattrsNotWritten.With(filesWithoutXattrs, string.Join(", ", xattrs.Take(10))));
        }
    }

    private static string? Make(ContextEntry entry, string path) => entry.Kind switch
    {
        EntryKind.Fifo => SpecialFile.MakeFifo(path),
        EntryKind.Socket => "only the program that listens on it can make it",
        _ => SpecialFile.MakeDevice(path, entry.Kind == EntryKind.BlockDevice, entry.DeviceMajor, entry.DeviceMinor),
    };

    private static string NameOf(EntryKind kind) => kind == EntryKind.Fifo ? "a FIFO" : kind == EntryKind.Socket ? "a socket" : "a device";

    private static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)mode);
        }
    }

    private static async Task WriteContentAsync(ContextEntry entry, string path, CancellationToken cancellationToken)
    {
        await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 128 * 1024, FileOptions.Asynchronous);
        await using var source = entry.Content!.Open();
        await source.CopyToAsync(target, cancellationToken);
    }

    private void SetXattrs(ContextEntry entry, string path)
    {
        var missing = entry.Xattrs.Where(pair => !ExtendedAttributes.TrySet(path, pair.Key, pair.Value)).Select(pair => pair.Key).ToList();
        xattrs.UnionWith(missing);
        filesWithoutXattrs += missing.Count > 0 ? 1 : 0;
    }

    private string PathOf(string path) => Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar));
}
