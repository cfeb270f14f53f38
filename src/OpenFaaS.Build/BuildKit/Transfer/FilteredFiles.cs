using System.Runtime.InteropServices;
using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>The entries that a request asks for, in the order of a transfer. A folder that is there only as the way to an entry comes right before the first one below it.</summary>
internal sealed class FilteredFiles
{
    private static readonly int FolderMode = Convert.ToInt32("755", 8);
    private readonly PatternList? include;
    private readonly PatternList? exclude;
    private readonly bool[] included;
    private readonly bool[] excluded;
    private readonly Stack<Folder> folders = new();
    private readonly List<ContextEntry> result = [];

    private FilteredFiles(PatternList? include, PatternList? exclude)
    {
        (this.include, this.exclude) = (include, exclude);
        (included, excluded) = (new bool[include?.Count ?? 0], new bool[exclude?.Count ?? 0]);
    }

    /// <summary>Selects, sorts, and leads hard links to the first of their names that is sent.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">A pattern is malformed.</exception>
    public static IReadOnlyList<ContextEntry> Select(FileSet files, FileRequest request, CancellationToken cancellationToken)
    {
        var walk = new FilteredFiles(request.Included(files), request.Excluded());
        string? skipped = null;
        foreach (var entry in Sorted(files))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (skipped is null || !PathNames.IsBelow(entry.Path, skipped))
            {
                skipped = walk.Visit(entry) ? null : entry.Path;
            }
        }

        HardLinks.Resolve(CollectionsMarshal.AsSpan(walk.result));
        return walk.result;
    }

    private static List<ContextEntry> Sorted(FileSet files)
    {
        var all = new List<ContextEntry>(files);
        var missing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in files)
        {
            for (var folder = PathNames.Parent(entry.Path); folder.Length > 0 && files.Find(folder) is null && missing.Add(folder); folder = PathNames.Parent(folder))
            {
                all.Add(new ContextEntry(folder, EntryKind.Directory, FolderMode));
            }
        }

        all.Sort(static (a, b) => TransferOrder.Compare(a.Path, b.Path));
        return all;
    }

    /// <summary>Takes an entry up if it is asked for.</summary>
    /// <returns>Whether anything below it can be asked for.</returns>
    private bool Visit(ContextEntry entry)
    {
        while (folders.TryPeek(out var last) && !PathNames.IsBelow(entry.Path, last.Entry.Path))
        {
            folders.Pop();
        }

        var parent = folders.TryPeek(out var top) ? top : null;
        if ((parent?.Entry.Path ?? "") != PathNames.Parent(entry.Path))
        {
            throw new InvalidOperationException($"'{entry.Path}' lies in what is no folder.");
        }

        var isFolder = entry.Kind == EntryKind.Directory;
        var (matchesInclude, matchesExclude) = isFolder ? (new bool[included.Length], new bool[excluded.Length]) : (included, excluded);
        var isIncluded = include is null || include.Matches(entry.Path, parent?.Included, matchesInclude);
        var isExcluded = exclude is not null && exclude.Matches(entry.Path, parent?.Excluded, matchesExclude);
        if (isFolder)
        {
            folders.Push(new Folder(entry, matchesInclude, matchesExclude));
        }

        if (isIncluded && !isExcluded)
        {
            Send(entry);
        }

        return !(isExcluded && isFolder && !exclude!.HasExceptions);
    }

    private void Send(ContextEntry entry)
    {
        foreach (var folder in folders.Reverse().Where(folder => !folder.IsSent))
        {
            folder.IsSent = true;
            result.Add(folder.Entry);
        }

        if (entry.Kind != EntryKind.Directory)
        {
            result.Add(entry);
        }
    }

    private sealed class Folder(ContextEntry entry, bool[] included, bool[] excluded)
    {
        public ContextEntry Entry => entry;

        public bool[] Included => included;

        public bool[] Excluded => excluded;

        public bool IsSent { get; set; }
    }
}
