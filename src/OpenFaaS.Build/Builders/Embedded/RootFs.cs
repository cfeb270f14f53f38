using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.Embedded;

/// <summary>A stack of layers seen as one file tree. Lower layers are read only when the upper ones do not decide, so a base image is often not read at all.</summary>
internal sealed class RootFs
{
    private const int MaxLinks = 255;
    private readonly List<ILayerSource> layers;

    public RootFs(IEnumerable<ILayerSource> layers) => this.layers = [.. layers];

    /// <summary>The layers, lowest first.</summary>
    public IReadOnlyList<ILayerSource> Layers => layers;

    /// <summary>Puts a layer on top.</summary>
    public void Add(ILayerSource layer) => layers.Add(layer);

    /// <summary>What is at a path, links not followed; the root is a folder of mode 0755.</summary>
    public async ValueTask<ContextEntry?> FindAsync(string path, CancellationToken cancellationToken)
    {
        if (path.Length == 0)
        {
            return new ContextEntry("", EntryKind.Directory, Convert.ToInt32("755", 8));
        }

        for (var i = layers.Count - 1; i >= 0; i--)
        {
            var tree = await layers[i].ReadTreeAsync(cancellationToken);
            if (tree.Decides(path, out var entry))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Follows links in every part of <paramref name="path"/>, without leaving the root. Parts that do not exist are kept as they are.</summary>
    /// <param name="path">A cleaned path.</param>
    /// <param name="followLast">Whether a link in the last part is followed too.</param>
    /// <param name="cancellationToken">Cancels the reading of layers.</param>
    public async ValueTask<string> ResolveAsync(string path, bool followLast, CancellationToken cancellationToken)
    {
        var pending = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var resolved = "";
        var links = 0;
        while (pending.TryPop(out var part))
        {
            if (part is "." or "")
            {
                continue;
            }

            if (part == "..")
            {
                resolved = PathNames.Parent(resolved);
                continue;
            }

            var next = PathNames.Join(resolved, part);
            var entry = pending.Count > 0 || followLast ? await FindAsync(next, cancellationToken) : null;
            if (entry is not { Kind: EntryKind.SymbolicLink, LinkTarget: { } target })
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw EmbeddedDiagnostics.LinkLoop.With("/" + path).ToException();
            }

            if (target.StartsWith('/'))
            {
                resolved = "";
            }

            foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                pending.Push(step);
            }
        }

        return resolved;
    }

    /// <summary>All entries, upper layers over lower ones, as a file set.</summary>
    public async ValueTask<FileSet> FlattenAsync(CancellationToken cancellationToken)
    {
        var merged = new SortedDictionary<string, ContextEntry>(Comparer<string>.Create(FileSet.ComparePaths));
        foreach (var layer in layers)
        {
            Apply(await layer.ReadTreeAsync(cancellationToken), merged);
        }

        return new FileSet(merged.Values);
    }

    private static void Apply(LayerTree tree, SortedDictionary<string, ContextEntry> merged)
    {
        if (tree.Whiteouts.Count > 0 || tree.Opaque.Count > 0)
        {
            foreach (var path in merged.Keys.Where(path => IsHidden(tree, path)).ToList())
            {
                merged.Remove(path);
            }
        }

        foreach (var entry in tree.Entries.Values)
        {
            if (entry.Kind != EntryKind.Directory && merged.TryGetValue(entry.Path, out var old) && old.Kind == EntryKind.Directory)
            {
                foreach (var path in merged.Keys.Where(path => PathNames.IsBelow(path, entry.Path)).ToList())
                {
                    merged.Remove(path);
                }
            }

            merged[entry.Path] = entry;
        }
    }

    private static bool IsHidden(LayerTree tree, string path)
    {
        if (tree.Whiteouts.Contains(path))
        {
            return true;
        }

        for (var parent = PathNames.Parent(path); ; parent = PathNames.Parent(parent))
        {
            if (tree.Opaque.Contains(parent) || tree.Whiteouts.Contains(parent))
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
