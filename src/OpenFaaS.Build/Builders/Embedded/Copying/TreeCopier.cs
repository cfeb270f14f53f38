using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.Embedded.Copying;

/// <summary>Copies files into a layer with the rules of BuildKit's COPY: links of the destination are followed, folders give their content, missing parents are made.</summary>
/// <param name="target">What the image holds so far, with <paramref name="layer"/> on top.</param>
/// <param name="layer">The layer that receives the files.</param>
/// <param name="owner">Owner of everything copied and made, or null to keep the source's.</param>
/// <param name="mode">Mode of everything copied (<c>--chmod</c>), or null to keep the source's.</param>
internal sealed class TreeCopier(RootFs target, LayerTree layer, Ownership? owner, FileMode? mode)
{
    private static readonly int DefaultFolderMode = Convert.ToInt32("755", 8);
    private object match = new();

    /// <summary>Copies one source, which may hold wildcards, to <paramref name="destination"/>.</summary>
    /// <param name="source">The tree to read.</param>
    /// <param name="path">Path or pattern in <paramref name="source"/>.</param>
    /// <param name="destination">Absolute path in the image; a trailing <c>/</c> means a folder.</param>
    /// <param name="cancellationToken">Cancels the reading of layers.</param>
    public async Task CopyAsync(SourceTree source, string path, string destination, CancellationToken cancellationToken)
    {
        foreach (var found in SourcePattern.Expand(source, path))
        {
            await CopyMatchAsync(source, found, destination, cancellationToken);
        }
    }

    /// <summary>Copies what is at exactly one path of the source.</summary>
    public async Task CopyMatchAsync(SourceTree source, string path, string destination, CancellationToken cancellationToken)
    {
        var entry = source.Find(source.Resolve(path))
            ?? throw EmbeddedDiagnostics.SourceNotFound.With("/" + path, source.Description).ToException();
        match = new object();
        await CopyOneAsync(source, entry, PathNames.Name(path), destination, cancellationToken);
    }

    /// <summary>Makes a folder and its missing parents with the given owner and mode 0755; <c>--chmod</c> is for what is copied.</summary>
    public async Task<string> MakeFolderAsync(string path, CancellationToken cancellationToken)
    {
        var resolved = await target.ResolveAsync(PathNames.Clean(path), followLast: true, cancellationToken);
        await MakeResolvedFolderAsync(resolved, cancellationToken);
        return resolved;
    }

    /// <summary>Writes one entry at a resolved path, making missing parents.</summary>
    public async Task PutAsync(ContextEntry entry, CancellationToken cancellationToken)
    {
        await MakeResolvedFolderAsync(PathNames.Parent(entry.Path), cancellationToken);
        if (entry.Kind == EntryKind.Directory)
        {
            var existing = await target.FindAsync(entry.Path, cancellationToken);
            if (existing is not null and not { Kind: EntryKind.Directory })
            {
                throw EmbeddedDiagnostics.CannotCopyOver.With(entry.Path, entry.Path, "a folder cannot replace a file or link").ToException();
            }
        }

        layer.Set(entry);
    }

    private async Task CopyOneAsync(SourceTree source, ContextEntry entry, string name, string destination, CancellationToken cancellationToken)
    {
        var isFolder = destination.EndsWith('/') || destination.EndsWith("/.", StringComparison.Ordinal);
        var clean = PathNames.Clean(destination);
        await MakeFolderAsync(isFolder ? clean : PathNames.Parent(clean), cancellationToken);

        var path = await target.ResolveAsync(clean, followLast: true, cancellationToken);
        var existing = await target.FindAsync(path, cancellationToken);
        if (entry.Kind != EntryKind.Directory && existing is { Kind: EntryKind.Directory })
        {
            path = PathNames.Join(path, name);
        }

        var parent = entry.Kind == EntryKind.Directory && existing is null ? path : PathNames.Parent(path);
        await MakeResolvedFolderAsync(parent, cancellationToken);
        await CopyEntryAsync(source, entry, path, overwriteFolder: false, cancellationToken);
    }

    private async Task CopyEntryAsync(SourceTree source, ContextEntry entry, string path, bool overwriteFolder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var existing = await target.FindAsync(path, cancellationToken);
        if (entry.Kind == EntryKind.Directory)
        {
            if (existing is not null and not { Kind: EntryKind.Directory })
            {
                throw EmbeddedDiagnostics.CannotCopyOver.With(entry.Path, path, "a folder cannot replace a file or link").ToException();
            }

            if (path.Length > 0 && (existing is null || overwriteFolder))
            {
                layer.Set(Owned(entry, path));
            }

            foreach (var child in source.Children(entry.Path))
            {
                await CopyEntryAsync(source, child, PathNames.Join(path, PathNames.Name(child.Path)), overwriteFolder: true, cancellationToken);
            }

            return;
        }

        if (existing is { Kind: EntryKind.Directory })
        {
            throw EmbeddedDiagnostics.CannotCopyOver.With(entry.Path, path, "a file or link cannot replace a folder").ToException();
        }

        layer.Set(Owned(entry, path));
    }

    private ContextEntry Owned(ContextEntry entry, string path) => Named(entry) with
    {
        Path = path,
        Mode = mode is null || entry.Kind == EntryKind.SymbolicLink ? entry.Mode : mode.Apply(entry.Mode, entry.Kind == EntryKind.Directory),
        Uid = owner?.Uid ?? entry.Uid,
        Gid = owner?.Gid ?? entry.Gid,
    };

    // Only what is copied together stays one file. A socket comes to BuildKit as an empty file.
    private ContextEntry Named(ContextEntry entry) => entry switch
    {
        { Kind: EntryKind.Socket } => entry with { Kind = EntryKind.File },
        { Inode: { } inode } => entry with { Inode = entry.Kind == EntryKind.File ? (match, inode) : null, HardLink = null },
        _ => entry,
    };

    private async Task MakeResolvedFolderAsync(string path, CancellationToken cancellationToken)
    {
        if (path.Length == 0)
        {
            return;
        }

        if (await target.FindAsync(path, cancellationToken) is { } existing)
        {
            if (existing.Kind != EntryKind.Directory)
            {
                throw EmbeddedDiagnostics.CannotCopyOver.With(path, path, "a part of the path is not a folder").ToException();
            }

            return;
        }

        await MakeResolvedFolderAsync(PathNames.Parent(path), cancellationToken);
        layer.Set(new ContextEntry(path, EntryKind.Directory, DefaultFolderMode)
        {
            Uid = owner?.Uid ?? 0,
            Gid = owner?.Gid ?? 0,
        });
    }
}
