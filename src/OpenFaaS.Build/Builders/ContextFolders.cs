using System.Collections.Concurrent;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders;

/// <summary>The folders of a build's named contexts, each read once however many parts of the build ask for it. Safe for concurrent use.</summary>
internal sealed class ContextFolders
{
    private readonly ConcurrentDictionary<string, Lazy<FileSet>> folders = new(StringComparer.Ordinal);

    /// <summary>The files of a folder, with the modes of the build's own context.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="build">The build.</param>
    /// <exception cref="DiagnosticException">The folder cannot be read.</exception>
    public FileSet Of(string path, ImageBuild build) => folders.GetOrAdd(path, _ => new Lazy<FileSet>(() =>
        new FileSet(DirectoryScanner.Scan(path, new ScanOptions { PreserveModes = build.Function.FileMode == FileModePolicy.Preserve }, build.Log)))).Value;
}
