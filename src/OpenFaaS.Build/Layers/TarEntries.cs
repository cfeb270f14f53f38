using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Layers;

/// <summary>Makes entries of the items of an archive, one after the other in its order.</summary>
internal sealed class TarEntries(UnpackedTar tar)
{
    private readonly HashSet<string> linked =
        [.. tar.Items.Where(item => item.Kind == TarItemKind.HardLink).Select(item => PathNames.Clean(item.LinkName))];

    /// <summary>The entry of an item; one that is a hard link is the same file as what it leads to.</summary>
    /// <param name="item">The item, of a kind other than <see cref="TarItemKind.Other"/>.</param>
    /// <param name="path">Its cleaned path.</param>
    /// <param name="find">What an earlier item has put at a cleaned path, or null.</param>
    /// <exception cref="TarFormatException">A hard link leads to nothing, or to a folder.</exception>
    public ContextEntry Of(TarItem item, string path, Func<string, ContextEntry?> find)
    {
        if (item.Kind == TarItemKind.HardLink)
        {
            return find(PathNames.Clean(item.LinkName)) is { } target && target.Kind != EntryKind.Directory
                ? target with { Path = path }
                : throw new TarFormatException($"the hard link '{item.Name}' leads to '{item.LinkName}', which is no file before it");
        }

        var entry = new ContextEntry(path, KindOf(item.Kind), item.Mode) { Uid = item.Uid, Gid = item.Gid };
        entry = item.Kind switch
        {
            TarItemKind.File => entry with { Size = item.Size, Content = tar.ContentOf(item) },
            TarItemKind.SymbolicLink => entry with { LinkTarget = item.LinkName },
            TarItemKind.CharacterDevice or TarItemKind.BlockDevice => entry with { DeviceMajor = item.Device.Major, DeviceMinor = item.Device.Minor },
            _ => entry,
        };
        if (item.Capability is { } capability)
        {
            entry = entry with { Xattrs = new Dictionary<string, byte[]>(1) { [PaxRecords.Capability] = capability } };
        }

        return linked.Contains(path) ? entry with { Inode = new object() } : entry;
    }

    private static EntryKind KindOf(TarItemKind kind) => kind switch
    {
        TarItemKind.Directory => EntryKind.Directory,
        TarItemKind.SymbolicLink => EntryKind.SymbolicLink,
        TarItemKind.Fifo => EntryKind.Fifo,
        TarItemKind.CharacterDevice => EntryKind.CharacterDevice,
        TarItemKind.BlockDevice => EntryKind.BlockDevice,
        _ => EntryKind.File,
    };
}
