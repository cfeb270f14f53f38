using System.Globalization;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Files;

/// <summary>Turns the system's errors on writing into the coded one.</summary>
internal static class DiskFailure
{
    private const int UnixNoSpace = 28;
    private const int UnixQuota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>The error for a path that cannot be written; where space is missing it says how much there is.</summary>
    public static DiagnosticException Of(string path, Exception error)
    {
        var free = error.HResult is UnixNoSpace or UnixQuota or WindowsDiskFull && FreeBytes(path) is { } bytes
            ? string.Create(CultureInfo.InvariantCulture, $" ({bytes} bytes free)")
            : "";
        return LayerDiagnostics.CannotWrite.With(path, error.Message.TrimEnd('.') + free).ToException(error);
    }

    private static long? FreeBytes(string path)
    {
        try
        {
            // A folder, since the file itself may be gone by now.
            return new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
