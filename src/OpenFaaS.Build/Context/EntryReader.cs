using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Context;

/// <summary>Makes entries of what is found on disk. One reader is for one scan, all of whose extended attributes it bounds together.</summary>
/// <param name="preserve">Whether everything is kept as it is on disk; otherwise modes are 0644 or 0755, and times, extended attributes and hard links do not count.</param>
internal sealed class EntryReader(bool preserve)
{
    private const int MaxXattrs = 32 << 20;
    private static readonly int FolderMode = Convert.ToInt32("755", 8);
    private static readonly int PlainMode = Convert.ToInt32("644", 8);
    private static readonly int LinkMode = Convert.ToInt32("777", 8);
    private readonly bool keepsModes = preserve && !OperatingSystem.IsWindows();
    private int left = MaxXattrs;

    /// <summary>The entry of what is at a path; null for a special file that is not kept.</summary>
    /// <param name="path">Full path on disk.</param>
    /// <param name="name">Path of the entry.</param>
    /// <param name="status">What was found there.</param>
    /// <exception cref="DiagnosticException">The extended attributes cannot be read, or take more than 32 MiB in all.</exception>
    public ContextEntry? Read(string path, string name, FileStatus status)
    {
        ContextEntry entry;
        switch (status.Type)
        {
            case FileType.Directory:
                entry = new ContextEntry(name, EntryKind.Directory, keepsModes ? status.Mode : FolderMode);
                break;
            case FileType.SymbolicLink:
                var target = new FileInfo(path).LinkTarget ?? "";
                entry = new ContextEntry(name, EntryKind.SymbolicLink, LinkMode) { LinkTarget = OperatingSystem.IsWindows() ? target.Replace('\\', '/') : target };
                break;
            case FileType.File:
                entry = new ContextEntry(name, EntryKind.File, ModeOf(status)) { Size = status.Size, Content = new DiskFile(path, name, status) };
                break;

            // Other systems do not tell one special file from the other.
            case var type when preserve && OperatingSystem.IsLinux():
                entry = new ContextEntry(name, KindOf(type), status.Mode);
                break;
            default:
                return null;
        }

        return preserve ? Preserved(entry, path, status) : entry;
    }

    private static EntryKind KindOf(FileType type) => type switch
    {
        FileType.Fifo => EntryKind.Fifo,
        FileType.Socket => EntryKind.Socket,
        FileType.BlockDevice => EntryKind.BlockDevice,
        _ => EntryKind.CharacterDevice,
    };

    private ContextEntry Preserved(ContextEntry entry, string path, FileStatus status)
    {
        entry = entry with { Modified = status.Changed };
        if (status.Device != default)
        {
            entry = entry with { DeviceMajor = status.Device.Major, DeviceMinor = status.Device.Minor };
        }

        // A folder's names are its own and those of its subfolders' '..'.
        if (status.Links > 1 && entry.Kind is not (EntryKind.Directory or EntryKind.SymbolicLink))
        {
            entry = entry with { Inode = status.Identity };
        }

        try
        {
            return ExtendedAttributes.Read(path, ref left) is { Count: > 0 } xattrs ? entry with { Xattrs = xattrs } : entry;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LayerDiagnostics.CannotRead.With($"'{entry.Path}'", e.Message.TrimEnd('.')).ToException(e);
        }
    }

    private int ModeOf(FileStatus status) =>
        keepsModes ? status.Mode : (status.Mode & 0x49) != 0 ? FolderMode : PlainMode;
}
