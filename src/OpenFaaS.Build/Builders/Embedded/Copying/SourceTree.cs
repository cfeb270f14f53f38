using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Builders.Embedded.Copying;

/// <summary>The tree that a COPY reads from: the build context or the files of a stage, with children by folder.</summary>
internal sealed class SourceTree
{
    private static readonly ContextEntry Root = new("", EntryKind.Directory, Convert.ToInt32("755", 8));

    private readonly Dictionary<string, ContextEntry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ContextEntry>> children = new(StringComparer.Ordinal);

    /// <param name="files">The files; folders that only appear as part of a path are made up with mode 0755.</param>
    /// <param name="description">How messages name the tree: <c>the build context</c>, <c>the stage 'x'</c>.</param>
    public SourceTree(FileSet files, string description)
    {
        Description = description;
        foreach (var entry in files)
        {
            Add(entry);
        }

        foreach (var list in children.Values)
        {
            list.Sort(static (a, b) => FileSet.ComparePaths(a.Path, b.Path));
        }
    }

    public string Description { get; }

    /// <summary>The entry at a cleaned path, links not followed.</summary>
    public ContextEntry? Find(string path) => path.Length == 0 ? Root : entries.GetValueOrDefault(path);

    /// <summary>Children of a folder in byte order.</summary>
    public IReadOnlyList<ContextEntry> Children(string folder) => children.TryGetValue(folder, out var list) ? list : [];

    /// <summary>Follows links in every part, within the tree.</summary>
    public string Resolve(string path) =>
        LinkResolver.Resolve(path, Find) ?? throw Diagnostics.EmbeddedDiagnostics.LinkLoop.With("/" + path).ToException();

    private void Add(ContextEntry entry)
    {
        if (!entries.TryAdd(entry.Path, entry))
        {
            return;
        }

        var parent = PathNames.Parent(entry.Path);
        if (parent.Length > 0 && !entries.ContainsKey(parent))
        {
            Add(new ContextEntry(parent, EntryKind.Directory, Convert.ToInt32("755", 8)));
        }

        if (!children.TryGetValue(parent, out var siblings))
        {
            children[parent] = siblings = [];
        }

        siblings.Add(entry);
    }
}
