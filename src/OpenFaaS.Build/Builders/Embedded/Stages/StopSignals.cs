using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>Values of STOPSIGNAL.</summary>
internal static partial class StopSignals
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT",
        "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "UNUSED", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
        "RTMIN", "RTMAX");

    /// <summary>A number from 1 to 64, or a name with or without <c>SIG</c>.</summary>
    public static bool IsValid(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is >= 1 and <= 64;
        }

        var name = text.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        return Names.Contains(name) || RealTime().IsMatch(name);
    }

    [GeneratedRegex(@"\ART(MIN\+([1-9]|1[0-5])|MAX-([1-9]|1[0-4]))\z", RegexOptions.CultureInvariant)]
    private static partial Regex RealTime();
}
