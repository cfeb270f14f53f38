using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Templates;

/// <summary>Copies a template's folder: files with their x-bits, folders, and links as links.</summary>
internal static class FolderCopy
{
    /// <summary>Copies the content of a folder into a new one.</summary>
    /// <exception cref="DiagnosticException">Something cannot be read.</exception>
    /// <exception cref="IOException">The new folder exists, or cannot be written.</exception>
    public static async Task CopyAsync(string folder, string target, IBuildLog log, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(target);
        foreach (var entry in DirectoryScanner.Scan(folder, new ScanOptions(), log))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Combine(target, entry.Path.Replace('/', Path.DirectorySeparatorChar));
            switch (entry.Kind)
            {
                case EntryKind.Directory:
                    Directory.CreateDirectory(path);
                    break;
                case EntryKind.SymbolicLink:
                    File.CreateSymbolicLink(path, entry.LinkTarget!);
                    break;
                default:
                    await CopyFileAsync(entry, path, cancellationToken);
                    break;
            }
        }
    }

    private static async Task CopyFileAsync(ContextEntry entry, string path, CancellationToken cancellationToken)
    {
        await using (var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        await using (var source = entry.Content!.Open())
        {
            await source.CopyToAsync(target, cancellationToken);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)entry.Mode);
        }
    }
}
