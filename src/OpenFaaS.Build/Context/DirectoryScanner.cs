using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Context;

/// <summary>How a folder is read.</summary>
public sealed record ScanOptions
{
    /// <summary>Keep everything as on disk: modes instead of 0644/0755, special files, hard links, extended attributes and times.</summary>
    public bool PreserveModes { get; init; }

    /// <summary>Whether a path (relative, with <c>/</c>) is left out; a folder that is left out is not entered.</summary>
    public Func<string, bool, bool> Exclude { get; init; } = (_, _) => false;

    /// <summary>Full paths of folders and files that are left out by identity, whatever their name: the SDK's own outputs.</summary>
    public IReadOnlyList<string> ExcludedPaths { get; init; } = [];
}

/// <summary>Reads a folder into entries. Links are kept as links and never followed; nothing is opened but folders.</summary>
public static class DirectoryScanner
{
    private const int MaxDepth = 500;
    private const int MaxListed = 20;

    /// <summary>The content of <paramref name="root"/>, without the root itself.</summary>
    /// <exception cref="DiagnosticException">Something cannot be read; up to 20 paths are named.</exception>
    public static IReadOnlyList<ContextEntry> Scan(string root, ScanOptions options, IBuildLog log)
    {
        EnsureNarrow(root);
        var scan = new Walk(options, log);
        scan.Enter(Path.GetFullPath(root), "", 0);
        scan.ThrowIfUnreadable();
        return scan.Entries;
    }

    /// <summary>A file, link or folder with its content; paths begin with its own name.</summary>
    /// <exception cref="DiagnosticException">Something cannot be read; up to 20 paths are named.</exception>
    public static IReadOnlyList<ContextEntry> ScanPath(string path, ScanOptions options, IBuildLog log)
    {
        var scan = new Walk(options, log);
        scan.Visit(Path.GetFullPath(path), "", 0);
        scan.ThrowIfUnreadable();
        return scan.Entries;
    }

    private static void EnsureNarrow(string root)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (Path.GetPathRoot(full) == full || full.Length == 0 || (home.Length > 0 && full == Path.TrimEndingDirectorySeparator(home)))
        {
            throw LayerDiagnostics.HandlerTooWide.With(root).ToException();
        }
    }

    private sealed class Walk(ScanOptions options, IBuildLog log)
    {
        private readonly EntryReader reader = new(options.PreserveModes);
        private readonly List<string> unreadable = [];
        private readonly HashSet<(ulong, ulong)> excluded = [.. options.ExcludedPaths
            .Select(path => FileStatus.Of(path))
            .Where(status => status is { Identity: not (0, 0) })
            .Select(status => status!.Value.Identity)];

        public List<ContextEntry> Entries { get; } = [];

        public void Enter(string folder, string prefix, int depth)
        {
            if (depth > MaxDepth)
            {
                throw LayerDiagnostics.CannotRead.With($"'{prefix}'", $"it is nested deeper than {MaxDepth} folders").ToException();
            }

            string[] paths;
            try
            {
                paths = Directory.GetFileSystemEntries(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unreadable.Add(prefix.Length == 0 ? folder : prefix);
                return;
            }

            Array.Sort(paths, StringComparer.Ordinal);
            foreach (var path in paths)
            {
                Visit(path, prefix, depth);
            }
        }

        public void ThrowIfUnreadable()
        {
            if (unreadable.Count > 0)
            {
                var list = string.Join(", ", unreadable.Take(MaxListed).Select(path => $"'{path}'"));
                var more = unreadable.Count > MaxListed ? $" and {unreadable.Count - MaxListed} more" : "";
                throw LayerDiagnostics.CannotRead.With(list + more, "permission denied").ToException();
            }
        }

        public void Visit(string path, string prefix, int depth)
        {
            var name = prefix + Path.GetFileName(path);

            // Another function of this publish, or another project, is just writing it.
            if (AtomicFile.IsUnfinished(Path.GetFileName(path)))
            {
                return;
            }

            FileStatus? found;
            try
            {
                found = FileStatus.Of(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!options.Exclude(name, false))
                {
                    unreadable.Add(name);
                }

                return;
            }

            if (found is not { } status)
            {
                if (name.Contains('\uFFFD', StringComparison.Ordinal))
                {
                    throw LayerDiagnostics.InvalidFileName.With(name).ToException();
                }

                // Removed between listing and looking: as if it had never been there.
                return;
            }

            if (!excluded.Contains(status.Identity) && !options.Exclude(name, status.Type == FileType.Directory))
            {
                Add(path, name, status, depth);
            }
        }

        private void Add(string path, string name, FileStatus status, int depth)
        {
            if (reader.Read(path, name, status) is not { } entry)
            {
                log.Report(LayerDiagnostics.SpecialFileSkipped.With(
                    name, status.Type == FileType.Fifo ? "a FIFO" : status.Type == FileType.Socket ? "a socket" : "a device"));
                return;
            }

            Entries.Add(entry);
            if (entry.Kind == EntryKind.Directory)
            {
                Enter(path, name + "/", depth + 1);
            }
        }
    }
}
