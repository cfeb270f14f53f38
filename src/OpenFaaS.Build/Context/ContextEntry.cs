namespace OpenFaaS.Build.Context;

/// <summary>What an entry of a file set is.</summary>
public enum EntryKind
{
    File,
    Directory,
    SymbolicLink,
    Fifo,
    Socket,
    CharacterDevice,
    BlockDevice,
}

/// <summary>Where the bytes of a file come from. Opened once per read; the stream yields exactly the entry's size or the read fails with a coded error.</summary>
public interface IContentSource
{
    /// <summary>Opens the content for sequential reading.</summary>
    Stream Open();
}

/// <summary>One file, folder, link or special file of a file set.</summary>
/// <param name="Path">Relative path with <c>/</c>, no leading slash, no <c>.</c> or <c>..</c> parts.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Permission bits with setuid, setgid and sticky: <c>0..07777</c> octal.</param>
public sealed record ContextEntry(string Path, EntryKind Kind, int Mode)
{
    // Few entries have any of it, so most do not grow by it.
    private readonly RareFields? rare;

    /// <summary>Bytes of a file; 0 otherwise.</summary>
    public long Size { get; init; }

    /// <summary>Target of a symbolic link, as written.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>Content of a file.</summary>
    public IContentSource? Content { get; init; }

    /// <summary>Numeric owner.</summary>
    public int Uid { get; init; }

    /// <summary>Numeric group.</summary>
    public int Gid { get; init; }

    /// <summary>Modification time on disk, nanoseconds since 1970; 0 where modes and times of the disk do not count.</summary>
    public long Modified { get; init; }

    /// <summary>
    /// What entries that are one file share: those of equal values are hard links of each other. Null for a file of one name. A <see cref="FileSet"/> sets
    /// <see cref="HardLink"/> by it.
    /// </summary>
    public object? Inode
    {
        get => rare?.Inode;
        init => rare = Rare with { Inode = value };
    }

    /// <summary>Path of the first entry of the set that is the same file; null for that one, and for a file of one name. Kind, content and the rest are as if it stood alone.</summary>
    public string? HardLink
    {
        get => rare?.HardLink;
        init => rare = Rare with { HardLink = value };
    }

    /// <summary>Major number of a device; 0 otherwise.</summary>
    public uint DeviceMajor
    {
        get => rare?.DeviceMajor ?? 0;
        init => rare = Rare with { DeviceMajor = value };
    }

    /// <summary>Minor number of a device; 0 otherwise.</summary>
    public uint DeviceMinor
    {
        get => rare?.DeviceMinor ?? 0;
        init => rare = Rare with { DeviceMinor = value };
    }

    /// <summary>Extended attributes by name, in the order of their names' bytes.</summary>
    public IReadOnlyDictionary<string, byte[]> Xattrs
    {
        get => rare?.Xattrs ?? RareFields.None.Xattrs;
        init => rare = Rare with { Xattrs = value };
    }

    /// <summary>Whether it has anything that only preserved entries have.</summary>
    internal bool IsPreserved => rare is not null || Modified != 0;

    private RareFields Rare => rare ?? RareFields.None;

    private sealed record RareFields(object? Inode, string? HardLink, uint DeviceMajor, uint DeviceMinor, IReadOnlyDictionary<string, byte[]> Xattrs)
    {
        public static RareFields None { get; } = new(null, null, 0, 0, System.Collections.Frozen.FrozenDictionary<string, byte[]>.Empty);
    }
}
