using System.Globalization;

namespace OpenFaaS.Build.Benchmarks.Functions;

/// <summary>Time and memory of one worker that shrinkwraps a stack, by the number of its functions.</summary>
internal static class FunctionScaling
{
    private const int Runs = 3;
    private static readonly int[] Counts = [250, 500, 1000];

    /// <summary>Measures and prints a table; 1 where a run failed.</summary>
    public static async Task<int> RunAsync()
    {
        Console.WriteLine("One worker, ContainerBuilder=none, one template; median time and highest memory of {0} runs.", Runs);
        Console.WriteLine("Growth is time against the row above, divided by functions against the row above: 1 is linear, less is the start of the process.");
        Console.WriteLine();
        Console.WriteLine("| functions | time | per function | growth | peak memory |");
        Console.WriteLine("|----------:|-----:|-------------:|-------:|------------:|");
        (int Functions, double Seconds)? previous = null;
        foreach (var count in Counts)
        {
            try
            {
                var (seconds, memory) = await MeasureAsync(count);
                var growth = previous is { } row ? (seconds / row.Seconds / ((double)count / row.Functions)).ToString("F2", CultureInfo.InvariantCulture) : "";
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {count} | {seconds:F2} s | {seconds / count * 1000:F2} ms | {growth} | {memory / 1e6:F0} MB |"));
                previous = (count, seconds);
            }
            catch (InvalidOperationException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return 1;
            }
        }

        return 0;
    }

    private static async Task<(double Seconds, long Memory)> MeasureAsync(int functions)
    {
        using var stack = new GeneratedStack(functions, GeneratedStack.Copying, "", new Dictionary<string, string> { ["ContainerBuilder"] = "none" });
        var runs = new List<WorkerRun>();
        for (var i = 0; i < Runs; i++)
        {
            stack.Clear();
            runs.Add(await WorkerRun.MeasureAsync(stack.Request, watchMemory: true));
            stack.Check();
        }

        return (runs.Select(run => run.Time.TotalSeconds).Order().ElementAt(Runs / 2), runs.Max(run => run.PeakMemory));
    }
}
