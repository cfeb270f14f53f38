using System.Runtime.InteropServices;

namespace OpenFaaS.Build.Files;

/// <summary>Makes what .NET has no call for: FIFOs, devices and hard links. Nothing may be at the path yet.</summary>
internal static partial class SpecialFile
{
    private const uint Fifo = 0x1000;
    private const uint CharacterDevice = 0x2000;
    private const uint BlockDevice = 0x6000;
    private const uint OwnerOnly = 0x180;

    /// <summary>Makes a FIFO.</summary>
    /// <returns>Null, or the system's reason not to.</returns>
    public static string? MakeFifo(string path) => Make(path, Fifo, 0);

    /// <summary>Makes a device, which takes a privilege.</summary>
    /// <returns>Null, or the system's reason not to.</returns>
    public static string? MakeDevice(string path, bool isBlock, uint major, uint minor) => Make(
        path,
        isBlock ? BlockDevice : CharacterDevice,
        ((ulong)(major & 0xFFFFF000) << 32) | ((major & 0xFFF) << 8) | ((ulong)(minor & 0xFFFFFF00) << 12) | (minor & 0xFF));

    /// <summary>Gives a file one more name.</summary>
    /// <returns>Whether it has it; not every file system can.</returns>
    public static bool TryLink(string existing, string path) => OperatingSystem.IsLinux() && Link(existing, path) == 0;

    private static string? Make(string path, uint type, ulong device)
    {
        try
        {
            return !OperatingSystem.IsLinux() ? "this system has no such call"
                : MakeNode(path, type | OwnerOnly, device) == 0 ? null
                : Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        }
        catch (EntryPointNotFoundException)
        {
            // Old C libraries have it in their headers only.
            return "the C library has no such call";
        }
    }

    [LibraryImport("libc", EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeNode(string path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);
}
