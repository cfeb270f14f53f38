using System.Buffers;
using System.Text;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>Names that no file of a system can have.</summary>
internal static class OutputNames
{
    private const int LongestName = 255;
    private const int LongestPath = 4000;
    private static readonly SearchValues<char> WindowsForbidden =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (char)code), '<', '>', ':', '"', '\\', '|', '?', '*']);

    /// <summary>Why a path cannot be a file, as the end of a sentence; null if it can.</summary>
    /// <param name="path">Path with <c>/</c>, whose parts are neither empty nor <c>.</c> nor <c>..</c>.</param>
    /// <param name="windows">Whether the rules of Windows hold.</param>
    public static string? WhyUnusable(string path, bool windows) =>
        Encoding.UTF8.GetByteCount(path) > LongestPath ? $"its path is longer than {LongestPath} bytes"
        : path.Split('/').Select(name => WhyUnusableName(name, windows)).FirstOrDefault(why => why is not null);

    private static string? WhyUnusableName(string name, bool windows) =>
        Encoding.UTF8.GetByteCount(name) > LongestName ? $"its name is longer than {LongestName} bytes"
        : !windows ? null
        : name.AsSpan().ContainsAny(WindowsForbidden) ? "Windows has no file names with such characters"
        : name[^1] is ' ' or '.' ? "Windows has no file names that end with a space or a dot"
        : IsDevice(name) ? "Windows keeps this name for a device"
        : null;

    private static bool IsDevice(string name)
    {
        var stem = name.Split('.')[0].TrimEnd().ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$"
            || (stem.Length == 4 && stem[..3] is "COM" or "LPT" && (char.IsAsciiDigit(stem[3]) || stem[3] is '¹' or '²' or '³'));
    }
}
