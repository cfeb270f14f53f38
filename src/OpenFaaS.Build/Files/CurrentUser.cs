using System.Runtime.InteropServices;

namespace OpenFaaS.Build.Files;

/// <summary>Who runs the build.</summary>
internal static partial class CurrentUser
{
    /// <summary>Effective user id; 0 where the system has none.</summary>
    public static uint Id { get; } = OperatingSystem.IsWindows() ? 0 : GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();
}
