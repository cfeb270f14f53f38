using OpenFaaS.Build.Context;
using OpenFaaS.Build.Shrinkwrap;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.Differential;

/// <summary>The build context of a case: a folder for the engine, and the same as a file set for the embedded builder.</summary>
internal static class DifferentialContext
{
    /// <summary>Writes the context with Dockerfile and ignore file to <paramref name="folder"/> and gives what of it the embedded builder gets.</summary>
    public static async Task<FileSet> WriteAsync(DifferentialCase one, string dockerfile, string folder, CancellationToken cancellationToken)
    {
        var files = one.IsPreserved ? await PreserveAsync(one, dockerfile, folder, cancellationToken) : await WriteEntriesAsync(one, dockerfile, folder, cancellationToken);
        return IgnoredFiles.Remove(files, one.Ignore is { } rules ? DockerIgnore.Parse(rules, ".dockerignore") : DockerIgnore.None);
    }

    private static async Task<FileSet> PreserveAsync(DifferentialCase one, string dockerfile, string folder, CancellationToken cancellationToken)
    {
        await PreservedFolder.MakeAsync(folder, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), dockerfile, cancellationToken);
        if (one.Ignore is { } ignore)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, ".dockerignore"), ignore, cancellationToken);
        }

        var log = new RecordingLog();
        var files = new FileSet(DirectoryScanner.Scan(folder, new ScanOptions { PreserveModes = true }, log));
        Assert.IsEmpty(log.Diagnostics);
        return files;
    }

    private static async Task<FileSet> WriteEntriesAsync(DifferentialCase one, string dockerfile, string folder, CancellationToken cancellationToken)
    {
        List<ContextEntry> entries = [.. one.Context];
        if (one.Ignore is { } ignore)
        {
            entries.Add(Bytes.File(".dockerignore", ignore));
        }

        await ContextWriter.WriteAsync(Folders.Complete(entries), dockerfile, "Dockerfile", folder, new RecordingLog(), cancellationToken);
        return Folders.Complete([.. entries, Bytes.File("Dockerfile", dockerfile)]);
    }
}
