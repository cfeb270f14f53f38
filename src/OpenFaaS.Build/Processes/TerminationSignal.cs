using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OpenFaaS.Build.Processes;

/// <summary>Asks a program to end, so that it can clean up what it has begun.</summary>
internal static partial class TerminationSignal
{
    private const int Terminate = 15;

    /// <summary>Sends SIGTERM.</summary>
    /// <returns>Whether it was sent: not on Windows, nor to a process that has ended.</returns>
    public static bool TrySend(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        try
        {
            // Not by number alone once it has ended: the number may be another's by then.
            return !process.HasExited && Kill(process.Id, Terminate) == 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);
}
