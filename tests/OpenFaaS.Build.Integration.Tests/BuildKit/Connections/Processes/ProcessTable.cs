using System.Globalization;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;

/// <summary>Processes of this machine.</summary>
internal static class ProcessTable
{
    /// <summary>Ids of the processes whose arguments hold a text.</summary>
    public static IReadOnlyList<int> Naming(string text) => Holding("cmdline", text);

    /// <summary>Ids of the processes whose environment holds a text, <c>NAME=value</c>.</summary>
    public static IReadOnlyList<int> In(string text) => Holding("environ", text);

    /// <summary>Waits until no process names a text; ends with the test.</summary>
    public static async Task UntilNoneAsync(string text, CancellationToken cancellationToken)
    {
        while (Naming(text).Count > 0)
        {
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Waits for a file with a process id.</summary>
    public static async Task<int> IdInAsync(string file, CancellationToken cancellationToken)
    {
        while (!File.Exists(file))
        {
            await Task.Delay(20, cancellationToken);
        }

        return int.Parse(await File.ReadAllTextAsync(file, cancellationToken), CultureInfo.InvariantCulture);
    }

    private static IReadOnlyList<int> Holding(string file, string text) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(id => id != Environment.ProcessId && Read(id, file).Contains(text, StringComparison.Ordinal)),
    ];

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
