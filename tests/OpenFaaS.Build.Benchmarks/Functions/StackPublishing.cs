using System.Globalization;
using OpenFaaS.Build.Benchmarks.BuildKit;

namespace OpenFaaS.Build.Benchmarks.Functions;

/// <summary>A stack of functions published to a registry by one worker through one builder: how many an hour, and what the registry sees of it.</summary>
internal static class StackPublishing
{
    private const int Functions = 40;
    private const int Runs = 3;

    // The first step is the same for all functions and for every publish; the last is each function's own.
    private const string Steps = """
        FROM scratch
        COPY busybox /bin/busybox
        COPY module0 /module
        RUN ["/bin/busybox", "sh", "-c", "/bin/busybox cat /module/* > /shared"]
        COPY function /function
        RUN ["/bin/busybox", "sh", "-c", "/bin/busybox cat /function/* > /own"]

        """;

    /// <summary>Measures and prints a table; 1 where a run failed or nothing is there to measure with.</summary>
    public static async Task<int> RunAsync()
    {
        var engine = EngineCommand.OfEnvironment().FirstOrDefault();
        if (engine is null || Registry.OfEnvironment() is not { } registry)
        {
            await Console.Error.WriteLineAsync("No engine or registry: tests/services.sh starts docker26 and registry, and its variables name them.");
            return 1;
        }

        Console.WriteLine("One worker, {0} functions, one registry beside it; median of {1} runs, except the first publish, which is one.", Functions, Runs);
        Console.WriteLine();
        Console.WriteLine("| builder | case | time | functions an hour | requests a function | stored by the registry |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|");
        try
        {
            await MeasureAsync($"BuildKit of {engine.Name}, two RUN steps", Steps, registry, engine, new() { ["ContainerBuilder"] = "buildkit", ["ContainerBuilderEndpoint"] = engine.Address, ["ContainerNetwork"] = "none" });
            await MeasureAsync("embedded, no RUN", GeneratedStack.Copying, registry, engine, new() { ["ContainerBuilder"] = "embedded" });
            return 0;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task MeasureAsync(string builder, string dockerfile, Registry registry, EngineCommand engine, Dictionary<string, string> properties)
    {
        properties["ContainerPush"] = "true";
        using var stack = new GeneratedStack(Functions, dockerfile, $"{registry.Address}/{Guid.NewGuid():n}/", properties);
        stack.CopyToTemplate("busybox", "/bin/busybox");

        // Content that no daemon has seen, so that a first publish is one.
        stack.WriteToTemplate("module0/run.txt", Guid.NewGuid().ToString());
        (string Name, int Count, Action Before)[] cases =
        [
            ("first publish", 1, () => { }),
            ("every function changed", Runs, () => stack.Change(Functions)),
            ("one function changed", Runs, () => stack.Change(1)),
            ("nothing changed", Runs, () => { }),
        ];
        foreach (var (name, count, before) in cases)
        {
            var runs = new List<(double Seconds, int Requests, long Bytes)>();
            for (var i = 0; i < count; i++)
            {
                before();
                var (requests, bytes) = (registry.Requests(), registry.Bytes());
                var run = await WorkerRun.MeasureAsync(stack.Request, watchMemory: false, ("DOCKER_HOST", engine.Address));
                runs.Add((run.Time.TotalSeconds, registry.Requests() - requests, registry.Bytes() - bytes));
            }

            var seconds = Median(runs, run => run.Seconds);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {builder} | {name} | {seconds:F2} s | {Functions / seconds * 3600:F0} | {Median(runs, run => run.Requests) / Functions:F1} | {Median(runs, run => run.Bytes) / 1e6:F2} MB |"));
        }
    }

    private static double Median<T>(List<T> runs, Func<T, double> value) => runs.Select(value).Order().ElementAt(runs.Count / 2);

    /// <summary>The registry that <c>tests/services.sh</c> has started, by its access log and its folder.</summary>
    private sealed record Registry(string Address, string Log, string Folder)
    {
        public static Registry? OfEnvironment() =>
            (Environment.GetEnvironmentVariable("OPENFAAS_TEST_REGISTRY"), Environment.GetEnvironmentVariable("OPENFAAS_TEST_REGISTRY_LOG"), Environment.GetEnvironmentVariable("OPENFAAS_TEST_REGISTRY_FOLDER"))
                is ({ Length: > 0 } address, { Length: > 0 } log, { Length: > 0 } folder) ? new Registry(address, log, folder) : null;

        public int Requests()
        {
            using var reader = new StreamReader(new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var lines = 0;
            while (reader.ReadLine() is { } line)
            {
                lines += line.Contains(" HTTP/1.1\" ", StringComparison.Ordinal) ? 1 : 0;
            }

            return lines;
        }

        public long Bytes() => Directory.Exists(Folder)
            ? Directory.EnumerateFiles(Folder, "data", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length)
            : 0;
    }
}
