using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Builders.Embedded;

/// <summary>The content of one layer by path: what it adds, and what it takes away from the layers below.</summary>
internal sealed class LayerTree
{
    private readonly Dictionary<string, ContextEntry> entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> whiteouts = new(StringComparer.Ordinal);
    private readonly HashSet<string> opaque = new(StringComparer.Ordinal);

    /// <summary>What the layer adds, by path without a leading slash.</summary>
    public IReadOnlyDictionary<string, ContextEntry> Entries => entries;

    /// <summary>Paths that the layer removes.</summary>
    public IReadOnlySet<string> Whiteouts => whiteouts;

    /// <summary>Folders whose content below this layer is hidden.</summary>
    public IReadOnlySet<string> Opaque => opaque;

    /// <summary>Whether the layer changes nothing.</summary>
    public bool IsEmpty => entries.Count == 0 && whiteouts.Count == 0;

    /// <summary>Adds or replaces an entry.</summary>
    public void Set(ContextEntry entry)
    {
        entries[entry.Path] = entry;
        whiteouts.Remove(entry.Path);
    }

    /// <summary>Drops an entry of this layer (not of those below).</summary>
    public void Forget(string path) => entries.Remove(path);

    /// <summary>Removes a path of the layers below.</summary>
    public void AddWhiteout(string path) => whiteouts.Add(path);

    /// <summary>Hides the content of a folder in the layers below.</summary>
    public void AddOpaque(string path) => opaque.Add(path);

    /// <summary>Whether this layer decides what is at <paramref name="path"/>, so that no lower layer need be asked.</summary>
    public bool Decides(string path, out ContextEntry? entry)
    {
        if (entries.TryGetValue(path, out entry))
        {
            return true;
        }

        if (whiteouts.Contains(path))
        {
            return true;
        }

        for (var parent = PathNames.Parent(path); ; parent = PathNames.Parent(parent))
        {
            if (opaque.Contains(parent) || whiteouts.Contains(parent)
                || (entries.TryGetValue(parent, out var above) && above.Kind != EntryKind.Directory))
            {
                return true;
            }

            if (parent.Length == 0)
            {
                return false;
            }
        }
    }
}
