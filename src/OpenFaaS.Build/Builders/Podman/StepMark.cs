using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>
/// A mark by which the steps of one build are found among the processes of this machine. Podman leaves a step running when its caller goes: its
/// command ends at once and its service does not look up before the step has ended. Where the step is killed instead, both clean up after it.
/// The mark is a limit of the step's processes that Linux passes on and no longer looks at.
/// </summary>
internal sealed class StepMark
{
    private const string Limit = "locks";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private readonly long number = Random.Shared.NextInt64(1L << 40, 1L << 60);

    private StepMark()
    {
    }

    /// <summary>The mark as a limit: <c>locks=1:1</c>.</summary>
    public string Ulimit => string.Create(CultureInfo.InvariantCulture, $"{Limit}={number}:{number}");

    /// <summary>A mark for a build on this machine; null where its processes are not to be seen, or where the build sets that limit itself.</summary>
    public static StepMark? For(StepsModel steps) =>
        OperatingSystem.IsLinux() && !steps.Ulimits.Any(limit => limit.StartsWith(Limit + "=", StringComparison.Ordinal)) ? new StepMark() : null;

    /// <summary>Kills the steps that run now.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Kill()
    {
        var any = false;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && IsMarked(folder))
            {
                any |= Kill(id);
            }
        }

        return any;
    }

    /// <summary>Kills the steps, and those that begin before the engine has noticed that the build is over.</summary>
    public async Task KillAllAsync()
    {
        var quiet = TimeSpan.Zero;
        for (var total = TimeSpan.Zero; quiet < Patience && total < Longest; total += Pause)
        {
            quiet = Kill() ? TimeSpan.Zero : quiet + Pause;
            await Task.Delay(Pause);
        }
    }

    private static bool Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended in the meantime, or is another user's.
            return false;
        }
    }

    private bool IsMarked(string folder)
    {
        try
        {
            // "Max file locks   SOFT   HARD   locks"
            return File.ReadLines(Path.Combine(folder, "limits"))
                .Where(line => line.StartsWith("Max file locks", StringComparison.Ordinal))
                .Any(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..] && soft == number.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
