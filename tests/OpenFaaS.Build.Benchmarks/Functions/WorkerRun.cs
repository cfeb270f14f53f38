using System.Diagnostics;

namespace OpenFaaS.Build.Benchmarks.Functions;

/// <summary>One run of the worker process, from its start to its end.</summary>
/// <param name="Time">Wall time, the start of the runtime included.</param>
/// <param name="PeakMemory">Most bytes of physical memory that the process held (VmHWM on Linux); 0 where it was not watched.</param>
internal sealed record WorkerRun(TimeSpan Time, long PeakMemory)
{
    private static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs a request; a worker that fails ends the measurement with what it said.</summary>
    /// <param name="request">Path of the request.</param>
    /// <param name="watchMemory">Whether its memory is watched, which takes time.</param>
    /// <param name="variables">Environment variables.</param>
    public static async Task<WorkerRun> MeasureAsync(string request, bool watchMemory, params (string Name, string Value)[] variables)
    {
        // tests/bench.sh names the worker of the package.
        var worker = Environment.GetEnvironmentVariable("OPENFAAS_BENCH_WORKER") ?? Path.Combine(AppContext.BaseDirectory, "OpenFaaS.Build.Worker.dll");
        var portable = worker.EndsWith(".dll", StringComparison.Ordinal);
        var start = new ProcessStartInfo(portable ? "dotnet" : worker) { RedirectStandardOutput = true, UseShellExecute = false };
        string[] program = portable ? ["exec", worker] : [];
        foreach (var argument in (string[])[.. program, "build", "--request", request, "--result", request + ".result"])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The worker cannot be started.");
        var output = process.StandardOutput.ReadToEndAsync();
        var end = process.WaitForExitAsync();
        var peak = 0L;
        while (watchMemory && !end.IsCompleted)
        {
            peak = Math.Max(peak, Peak(process));
            await Task.WhenAny(end, Task.Delay(Sampling));
        }

        await end;
        var time = Stopwatch.GetElapsedTime(started);
        return process.ExitCode == 0
            ? new WorkerRun(time, peak)
            : throw new InvalidOperationException($"The worker ended with exit code {process.ExitCode}:\n{await output}");
    }

    // The system keeps the highest value, so that only the last moment before the end can be missed.
    private static long Peak(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }
}
