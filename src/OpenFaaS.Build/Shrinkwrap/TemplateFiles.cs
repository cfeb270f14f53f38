using System.Collections.Concurrent;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>The files of templates, each folder read once for all functions of a publish. Safe for concurrent use.</summary>
internal sealed class TemplateFiles
{
    // Written by faas-cli when it pulls a template: another time in each, and at times the credentials of its address.
    private const string PullRecord = "meta.json";

    private readonly ConcurrentDictionary<(string Folder, FileModePolicy Modes, bool IsTemplate), Lazy<IReadOnlyList<ContextEntry>>> scans = new();

    /// <summary>The entries of a template's folder, or of one that is laid over a template.</summary>
    public IReadOnlyList<ContextEntry> Of(string folder, FileModePolicy modes, bool isTemplate, IBuildLog log) =>
        scans.GetOrAdd((folder, modes, isTemplate), key => new Lazy<IReadOnlyList<ContextEntry>>(() => DirectoryScanner.Scan(
            key.Folder,
            new ScanOptions { PreserveModes = key.Modes == FileModePolicy.Preserve, Exclude = (path, isFolder) => key.IsTemplate && !isFolder && path == PullRecord },
            log))).Value;
}
