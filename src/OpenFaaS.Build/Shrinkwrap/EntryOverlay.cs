using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>Lays file trees over each other: files of the later one win, folders merge, and a file never meets a folder.</summary>
internal sealed class EntryOverlay
{
    private static readonly int FolderMode = Convert.ToInt32("755", 8);
    private readonly Dictionary<string, ContextEntry> entries = new(StringComparer.Ordinal);

    /// <summary>Adds a tree below <paramref name="folder"/> (empty for the root).</summary>
    public void Add(IEnumerable<ContextEntry> tree, string folder)
    {
        AddFolder(folder);
        foreach (var entry in tree)
        {
            Put(folder.Length == 0 ? entry : entry with { Path = folder + "/" + entry.Path });
        }
    }

    /// <summary>Makes a folder and its parents.</summary>
    public void AddFolder(string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
        {
            Put(new ContextEntry(path[..end], EntryKind.Directory, FolderMode), keepFolder: true);
        }
    }

    public FileSet ToFileSet() => new(entries.Values);

    private void Put(ContextEntry entry, bool keepFolder = false)
    {
        if (entries.TryGetValue(entry.Path, out var old))
        {
            if ((old.Kind == EntryKind.Directory) != (entry.Kind == EntryKind.Directory))
            {
                throw LayerDiagnostics.KindConflict.With(entry.Path).ToException();
            }

            if (keepFolder)
            {
                return;
            }
        }

        entries[entry.Path] = entry;
    }
}
