namespace OpenFaaS.Build.Layers;

/// <summary>What an entry of a tar archive is.</summary>
internal enum TarItemKind
{
    File,
    Directory,
    SymbolicLink,
    HardLink,
    Fifo,
    CharacterDevice,
    BlockDevice,

    /// <summary>A type that images have no use for.</summary>
    Other,
}

/// <summary>One entry of a tar archive.</summary>
/// <param name="Name">Path as written.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Permission bits with setuid, setgid and sticky.</param>
/// <param name="Uid">Numeric owner.</param>
/// <param name="Gid">Numeric group.</param>
/// <param name="Size">Bytes of a file's content.</param>
/// <param name="LinkName">Target of a link.</param>
/// <param name="Offset">Where the content begins in the archive.</param>
internal sealed record TarItem(string Name, TarItemKind Kind, int Mode, int Uid, int Gid, long Size, string LinkName, long Offset)
{
    /// <summary>Numbers of a device.</summary>
    public (uint Major, uint Minor) Device { get; init; }

    /// <summary>Value of the extended attribute <c>security.capability</c>, or null.</summary>
    public byte[]? Capability { get; init; }
}
