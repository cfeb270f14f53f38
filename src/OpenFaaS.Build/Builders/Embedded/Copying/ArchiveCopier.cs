using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Builders.Embedded.Copying;

/// <summary>Lays the entries of an unpacked archive into a layer, as ADD does: links of the image are followed within its root, what stands in the way is replaced, owners and modes are the archive's.</summary>
internal sealed class ArchiveCopier(RootFs target, LayerTree layer, TreeCopier folders)
{
    /// <param name="entries">Entries in the order of the archive; the empty path is the destination itself.</param>
    /// <param name="destination">Absolute path of the folder to unpack to; made with the owner and mode of <paramref name="folders"/>.</param>
    /// <param name="cancellationToken">Cancels the reading of layers.</param>
    public async Task CopyAsync(IReadOnlyList<ContextEntry> entries, string destination, CancellationToken cancellationToken)
    {
        var root = await folders.MakeFolderAsync(destination, cancellationToken);
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var wanted = PathNames.Join(root, entry.Path);
            if (wanted.Length == 0)
            {
                continue;
            }

            var parent = await folders.MakeFolderAsync(PathNames.Parent(wanted), cancellationToken);
            await PutAsync(entry with { Path = PathNames.Join(parent, PathNames.Name(wanted)) }, cancellationToken);
        }
    }

    private async Task PutAsync(ContextEntry entry, CancellationToken cancellationToken)
    {
        var existing = await target.FindAsync(entry.Path, cancellationToken);
        if (existing is { Kind: EntryKind.Directory } && entry.Kind != EntryKind.Directory)
        {
            foreach (var path in layer.Entries.Keys.Where(path => PathNames.IsBelow(path, entry.Path)).ToList())
            {
                layer.Forget(path);
            }
        }

        layer.Set(entry);
    }
}
