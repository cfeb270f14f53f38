using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>Modes as Go has them, which are those of a transfer: the permission bits of Unix, and everything else at bits of Go's own.</summary>
internal static class GoFileMode
{
    public const uint Directory = 1u << 31;
    public const uint SymbolicLink = 1u << 27;
    public const uint Device = 1u << 26;
    public const uint NamedPipe = 1u << 25;
    public const uint Socket = 1u << 24;
    public const uint SetUser = 1u << 23;
    public const uint SetGroup = 1u << 22;
    public const uint CharacterDevice = 1u << 21;
    public const uint Sticky = 1u << 20;
    public const uint Irregular = 1u << 19;

    /// <summary>The bits that tell what it is; none of them is set for a file.</summary>
    public const uint Kinds = Directory | SymbolicLink | Device | NamedPipe | Socket | CharacterDevice | Irregular;

    private const uint Permissions = 0x1FF;
    private const int UnixSetUser = 0x800;
    private const int UnixSetGroup = 0x400;
    private const int UnixSticky = 0x200;
    private const uint Execute = 0x49;
    private const uint WithoutGroupWrite = 0x1ED;

    /// <summary>The mode of an entry. A socket goes as an empty file.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="windows">Whether modes are those that Docker's tools give on Windows, which has none: everything can be executed, and only the owner can write.</param>
    public static uint Of(ContextEntry entry, bool windows)
    {
        var permissions = (uint)entry.Mode & Permissions;
        permissions = windows ? (permissions | Execute) & WithoutGroupWrite : permissions;
        return permissions
            | ((entry.Mode & UnixSetUser) != 0 ? SetUser : 0)
            | ((entry.Mode & UnixSetGroup) != 0 ? SetGroup : 0)
            | ((entry.Mode & UnixSticky) != 0 ? Sticky : 0)
            | KindOf(entry.Kind);
    }

    /// <summary>Permission bits and the sticky bit, as Unix has them. Setuid and setgid are left out: the owner that they are meant for does not come along.</summary>
    public static int ToUnix(uint mode) => (int)(mode & Permissions) | ((mode & Sticky) != 0 ? UnixSticky : 0);

    private static uint KindOf(EntryKind kind) => kind switch
    {
        EntryKind.Directory => Directory,
        EntryKind.SymbolicLink => SymbolicLink,
        EntryKind.Fifo => NamedPipe,
        EntryKind.BlockDevice => Device,
        EntryKind.CharacterDevice => Device | CharacterDevice,
        _ => 0,
    };
}
