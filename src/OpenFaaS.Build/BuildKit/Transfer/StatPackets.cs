using Google.Protobuf;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>Describes entries to the daemon. Everything belongs to root there, whoever it belongs to here.</summary>
internal static class StatPackets
{
    /// <summary>The packet for an entry.</summary>
    public static Packet Of(ContextEntry entry, LocalDirectory directory)
    {
        var stat = new Stat
        {
            Path = entry.Path,
            Mode = GoFileMode.Of(entry, directory.WindowsModes),
            Size = entry is { Kind: EntryKind.File, HardLink: null } ? entry.Size : 0,
            ModTime = directory.Times.Of(entry),
            Linkname = entry.HardLink ?? entry.LinkTarget ?? "",
            Devmajor = entry.DeviceMajor,
            Devminor = entry.DeviceMinor,
        };
        foreach (var (name, value) in entry.Xattrs)
        {
            stat.Xattrs.Add(name, UnsafeByteOperations.UnsafeWrap(value));
        }

        return new Packet { Type = Packet.Types.PacketType.PacketStat, Stat = stat };
    }

    /// <summary>Whether content may be asked for: the daemon decides by the mode, so sockets count.</summary>
    public static bool HasContent(ContextEntry entry) => (GoFileMode.Of(entry, windows: false) & GoFileMode.Kinds) == 0;
}
