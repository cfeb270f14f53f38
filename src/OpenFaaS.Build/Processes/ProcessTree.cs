using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace OpenFaaS.Build.Processes;

/// <summary>
/// The processes below a program as they were at one moment. One that a program leaves behind when it ends belongs to nobody, and is found only by
/// what was known of it before. Linux only: elsewhere the set is empty.
/// </summary>
internal sealed class ProcessTree
{
    private readonly IReadOnlyDictionary<int, string> starts;

    private ProcessTree(IReadOnlyDictionary<int, string> starts) => this.starts = starts;

    /// <summary>Takes down what is below a process now.</summary>
    public static ProcessTree Below(int id)
    {
        var found = new Dictionary<int, string>();
        if (OperatingSystem.IsLinux())
        {
            var all = Directory.EnumerateDirectories("/proc")
                .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Read(number) : null)
                .OfType<Entry>()
                .ToLookup(entry => entry.Parent);
            var left = new Queue<int>([id]);
            while (left.TryDequeue(out var parent))
            {
                foreach (var child in all[parent].Where(child => found.TryAdd(child.Id, child.Start)))
                {
                    left.Enqueue(child.Id);
                }
            }
        }

        return new ProcessTree(found);
    }

    /// <summary>
    /// Kills those that still run and waits until they are gone, since a killed process has its files and its keys for some milliseconds more.
    /// A number that another process has by now is left alone.
    /// </summary>
    /// <param name="limit">How long to wait: a process that the kernel holds cannot be waited for.</param>
    public void End(TimeSpan limit)
    {
        foreach (var id in Running())
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill(entireProcessTree: true);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception or AggregateException)
            {
                // It ended by itself in the meantime.
            }
        }

        SpinWait.SpinUntil(() => !Running().Any(), limit);
    }

    private IEnumerable<int> Running() => starts.Where(start => Read(start.Key)?.Start == start.Value).Select(start => start.Key);

    private static Entry? Read(int id)
    {
        try
        {
            // pid (name) state ppid …: the name may hold anything, the time of the start is the 22nd field.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > 19 && fields[0] != "Z" ? new Entry(id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record Entry(int Id, int Parent, string Start);
}
