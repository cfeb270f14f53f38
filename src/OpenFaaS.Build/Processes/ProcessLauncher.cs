using System.ComponentModel;
using System.Diagnostics;

namespace OpenFaaS.Build.Processes;

/// <summary>Starts and ends programs for the rest of this folder; all three standard streams are pipes of the worker's.</summary>
internal static class ProcessLauncher
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    /// <summary>Starts a program without a shell.</summary>
    /// <exception cref="ToolFailedException">It could not be started.</exception>
    public static Process Start(string file, IReadOnlyList<string> arguments, string? folder, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
#pragma warning disable RS0030 // The one place where the library starts programs.
            return Process.Start(start) ?? throw new ToolFailedException("it cannot be started");
#pragma warning restore RS0030
        }
        catch (Win32Exception e)
        {
            throw new ToolFailedException("it cannot be started", e);
        }
    }

    /// <summary>Asks a program to end, waits, then ends it and whatever it has left behind; one that has ended is left alone.</summary>
    /// <param name="process">The program.</param>
    /// <param name="grace">How long it may take to clean up; zero ends it at once.</param>
    /// <param name="endWork">Called every 100 ms of that time before the program is asked; null asks at once.</param>
    public static async Task EndAsync(Process process, TimeSpan grace, Action? endWork)
    {
        if (grace > TimeSpan.Zero && !HasExited(process))
        {
            var below = ProcessTree.Below(process.Id);
            for (var waited = TimeSpan.Zero; endWork is not null && waited < grace && !HasExited(process); waited += Pause)
            {
                endWork();
                await WaitAsync(process, Pause);
            }

            if (TerminationSignal.TrySend(process))
            {
                await WaitAsync(process, endWork is null ? grace : LastWords);
            }

            End(process);
            below.End(LongestEnd);
            return;
        }

        End(process);
    }

    /// <summary>Ends a program and its children, which are gone afterwards; one that has ended is left alone.</summary>
    public static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                var below = ProcessTree.Below(process.Id);
                Kill(process);
                process.WaitForExit(LongestEnd);
                below.End(LongestEnd);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended by itself in the meantime.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (AggregateException)
        {
            // One of them ended by itself, or may not be killed: the others are still waited for.
        }
    }

    private static async Task WaitAsync(Process process, TimeSpan limit)
    {
        using var timer = new CancellationTokenSource(limit);
        await process.WaitForExitAsync(timer.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static bool HasExited(Process process)
    {
        try
        {
            return process.HasExited;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
