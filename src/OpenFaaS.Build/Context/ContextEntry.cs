namespace OpenFaaS.Build.Context;

/// <summary>What an entry of a file set is.</summary>
public enum EntryKind
{
    File,
    Directory,
    SymbolicLink,
}

/// <summary>Where the bytes of a file come from. Opened once per read; the stream yields exactly the entry's size or the read fails with a coded error.</summary>
public interface IContentSource
{
    /// <summary>Opens the content for sequential reading.</summary>
    Stream Open();
}

/// <summary>One file, folder or link of a file set.</summary>
/// <param name="Path">Relative path with <c>/</c>, no leading slash, no <c>.</c> or <c>..</c> parts.</param>
/// <param name="Kind">File, folder or symbolic link.</param>
/// <param name="Mode">Permission bits with setuid, setgid and sticky: <c>0..07777</c> octal.</param>
public sealed record ContextEntry(string Path, EntryKind Kind, int Mode)
{
    /// <summary>Bytes of a file; 0 otherwise.</summary>
    public long Size { get; init; }

    /// <summary>Target of a link, as written.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>Content of a file.</summary>
    public IContentSource? Content { get; init; }

    /// <summary>Numeric owner.</summary>
    public int Uid { get; init; }

    /// <summary>Numeric group.</summary>
    public int Gid { get; init; }
}
