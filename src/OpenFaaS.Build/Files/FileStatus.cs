using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpenFaaS.Build.Files;

/// <summary>What a path is, links not followed. .NET itself does not tell a FIFO from a file.</summary>
internal enum FileType
{
    File,
    Directory,
    SymbolicLink,
    Fifo,
    Socket,
    CharacterDevice,
    BlockDevice,
}

/// <summary>Type, identity and size of a file.</summary>
/// <param name="Type">Type of the file itself.</param>
/// <param name="Mode">Permission bits with setuid, setgid and sticky; 0 where the system has none.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Identity">Device and inode, or the path where the system gives none; with <paramref name="Changed"/> it identifies content.</param>
/// <param name="Changed">Modification time, nanoseconds since 1970.</param>
internal readonly record struct FileStatus(FileType Type, int Mode, uint Uid, long Size, (ulong Device, ulong Inode) Identity, long Changed)
{
    /// <summary>How many names the file has; 0 where the system does not tell.</summary>
    public uint Links { get; init; }

    /// <summary>Numbers of a device; 0 otherwise.</summary>
    public (uint Major, uint Minor) Device { get; init; }

    /// <summary>The status of a path, or null when nothing is there.</summary>
    /// <exception cref="UnauthorizedAccessException">A folder of the path may not be searched.</exception>
    public static FileStatus? Of(string path) => OperatingSystem.IsLinux() ? LinuxStat.Of(path) : OfManaged(path);

    /// <summary>The status of an open file.</summary>
    public static FileStatus Of(SafeFileHandle handle, string path) =>
        OperatingSystem.IsLinux() ? LinuxStat.Of(handle, path) : OfManaged(path) ?? throw new FileNotFoundException(null, path);

    private static FileStatus? OfManaged(string path)
    {
        FileSystemInfo info = new FileInfo(path);
        if (!info.Exists)
        {
            info = new DirectoryInfo(path);
        }

        if (!info.Exists && info.LinkTarget is null)
        {
            return null;
        }

        var type = info.LinkTarget is not null ? FileType.SymbolicLink
            : info.Attributes.HasFlag(FileAttributes.Directory) ? FileType.Directory
            : info.Attributes.HasFlag(FileAttributes.Device) ? FileType.CharacterDevice
            : FileType.File;
        var mode = OperatingSystem.IsWindows() ? 0 : (int)info.UnixFileMode;
        var size = type == FileType.File && info is FileInfo file ? file.Length : 0;
        return new FileStatus(type, mode, 0, size, default, unchecked((info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100));
    }
}

/// <summary>Linux's <c>statx</c>, whose structure is the same on every architecture.</summary>
internal static unsafe partial class LinuxStat
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7FF;
    private const int NotFound = 2;
    private const int NotADirectory = 20;

    public static FileStatus? Of(string path)
    {
        Structure status;
        return Call(CurrentDirectory, path, NoFollow, BasicStats, &status) == 0
            ? status.ToStatus()
            : Marshal.GetLastPInvokeError() is NotFound or NotADirectory ? null : throw Failure(path);
    }

    public static FileStatus Of(SafeFileHandle handle, string path)
    {
        Structure status;
        return Call(handle.DangerousGetHandle().ToInt32(), "", EmptyPath, BasicStats, &status) == 0 ? status.ToStatus() : throw Failure(path);
    }

    private static Exception Failure(string path) => Marshal.GetLastPInvokeError() is 1 or 13
        ? new UnauthorizedAccessException($"Access to '{path}' is denied.")
        : new IOException($"{Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}: '{path}'");

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Call(int folder, string path, int flags, uint mask, Structure* status);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Structure
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint Uid;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long Seconds;

        [FieldOffset(120)]
        public uint Nanoseconds;

        [FieldOffset(128)]
        public uint OwnMajor;

        [FieldOffset(132)]
        public uint OwnMinor;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;

        public readonly FileStatus ToStatus()
        {
            var type = (Mode & 0xF000) switch
            {
                0x8000 => FileType.File,
                0x4000 => FileType.Directory,
                0xA000 => FileType.SymbolicLink,
                0x1000 => FileType.Fifo,
                0xC000 => FileType.Socket,
                0x6000 => FileType.BlockDevice,
                _ => FileType.CharacterDevice,
            };
            var changed = unchecked((Seconds * 1_000_000_000) + Nanoseconds);
            return new FileStatus(type, Mode & 0xFFF, Uid, (long)Size, (((ulong)DeviceMajor << 32) | DeviceMinor, Inode), changed)
            {
                Links = Links,
                Device = type is FileType.CharacterDevice or FileType.BlockDevice ? (OwnMajor, OwnMinor) : default,
            };
        }
    }
}
