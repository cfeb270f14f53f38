using System.Globalization;
using System.IO.Enumeration;

namespace OpenFaaS.Build.Benchmarks.BuildKit;

/// <summary>
/// Whole processes against one daemon, side by side in one run: the worker of this SDK and the engine's own command line. Both send the same files,
/// and each has files of its own, since the daemon would take from the other's cache what is equal.
/// </summary>
internal static class BuildKitComparison
{
    private const int Runs = 5;
    private const int ShortRuns = 25;

    // The first fills the caches of both; in the second, memory is watched, which takes time.
    private const int Uncounted = 2;
    private const int Files = 20_000;
    private const long LargeFile = 500L << 20;

    private static readonly (string Name, int Runs, Action<string> Prepare, Action<string> BeforeEach)[] Cases =
    [
        ("cached rebuild, worker start to result", ShortRuns, ContextFolder.WriteSmall, _ => { }),
        ("1 x 500 MB, sent anew", Runs, _ => { }, folder => ContextFolder.WriteLarge(folder, LargeFile)),
        ("20,000 files, sent anew", Runs, _ => { }, folder => ContextFolder.WriteMany(folder, Files)),
        ("20,000 files, unchanged", Runs, folder => ContextFolder.WriteMany(folder, Files), _ => { }),
    ];

    /// <summary>Measures and prints a table; 1 where a run failed.</summary>
    /// <param name="filter">Pattern of engine and case, as <c>Docker 26.1 unchanged*</c>.</param>
    public static async Task<int> RunAsync(string filter)
    {
        var engines = EngineCommand.OfEnvironment();
        if (engines.Count == 0)
        {
            await Console.Error.WriteLineAsync("No engine: tests/services.sh starts docker26 and docker, and its variables name them.");
            return 1;
        }

        Console.WriteLine("Wall time from the start of the process to its end, median of {0} runs, of {1} where they are short; ratio is ours against the engine's command line, less is faster.", Runs, ShortRuns);
        Console.WriteLine("Every build is forced: without that, a function that has not changed is not built at all. Both tell every step; without that (-q), docker build takes about 2 ms less.");
        Console.WriteLine("Processor time is that of the client, its plugins included and the daemon not.");
        Console.WriteLine();
        Console.WriteLine("| engine | case | ours | docker build | ratio | our processor time | docker build's | our peak memory |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|");
        try
        {
            foreach (var engine in engines)
            {
                foreach (var (name, runs, prepare, beforeEach) in Cases.Where(of => FileSystemName.MatchesSimpleExpression(filter, $"{engine.Name} {of.Name}")))
                {
                    await MeasureAsync(engine, name, runs, prepare, beforeEach);
                }
            }

            return 0;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task MeasureAsync(EngineCommand engine, string name, int runs, Action<string> prepare, Action<string> beforeEach)
    {
        using var ours = new BuildKitProject(engine);
        using var theirs = new BuildKitProject(engine);
        foreach (var folder in new[] { ours.Folder, theirs.Folder })
        {
            prepare(folder);
        }

        var (our, their) = (new List<Sample>(), new List<Sample>());
        var memory = 0L;
        for (var run = -Uncounted; run < runs; run++)
        {
            // Each comes after the other, every time: what a build leaves to do slows the next one down, and a daemon that was just sent the same folder
            // has not put its last copy away yet and takes the files into an empty one, in half the time.
            beforeEach(ours.Folder);
            our.Add(await SampleAsync(async () =>
            {
                var worker = await ours.RunWorkerAsync(watchMemory: run == -1);
                memory = Math.Max(memory, worker.PeakMemory);
                return worker.Time;
            }));
            beforeEach(theirs.Folder);
            their.Add(await SampleAsync(theirs.RunCommandAsync));
        }

        var (a, b) = (Median(our, sample => sample.Wall), Median(their, sample => sample.Wall));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {engine.Name} | {name} | {a:F2} s | {b:F2} s | {a / b:F2} | {Median(our, sample => sample.Processor):F2} s | {Median(their, sample => sample.Processor):F2} s | {memory / 1e6:F0} MB |"));
    }

    private static async Task<Sample> SampleAsync(Func<Task<TimeSpan>> run)
    {
        var before = ChildProcesses.ProcessorSeconds();
        var time = await run();
        return new Sample(time.TotalSeconds, ChildProcesses.ProcessorSeconds() - before);
    }

    private static double Median(List<Sample> samples, Func<Sample, double> value) =>
        samples.Skip(Uncounted).Select(value).Order().ElementAt((samples.Count - Uncounted - 1) / 2);

    private sealed record Sample(double Wall, double Processor);
}
