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
        var writer = new EntryWriter(target, log);
        foreach (var entry in DirectoryScanner.Scan(folder, new ScanOptions(), log))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await writer.WriteAsync(entry, cancellationToken);
        }
    }
}
