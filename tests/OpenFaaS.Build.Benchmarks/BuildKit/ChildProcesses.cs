using System.Globalization;

namespace OpenFaaS.Build.Benchmarks.BuildKit;

/// <summary>Processor time of all processes that this one has started and waited for, with those that they waited for: a command line and its plugins.</summary>
internal static class ChildProcesses
{
    // Fields of proc(5) behind the name, which may hold spaces; their unit is the same on every machine.
    private const int User = 13;
    private const int System = 14;
    private const double TicksPerSecond = 100;

    /// <summary>Seconds so far, in user and system mode.</summary>
    public static double ProcessorSeconds()
    {
        var text = File.ReadAllText("/proc/self/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[User], CultureInfo.InvariantCulture) + double.Parse(fields[System], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
