using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using OpenFaaS.Build.Benchmarks.BuildKit;
using OpenFaaS.Build.Benchmarks.Functions;
using Perfolizer.Horology;

// A process of its own is measured here, which no benchmark in this one can be.
if (args is ["functions"])
{
    return await FunctionScaling.RunAsync();
}

if (args is ["stack"])
{
    return await StackPublishing.RunAsync();
}

if (args is ["buildkit", var filter])
{
    return await BuildKitComparison.RunAsync(filter);
}

// In one process, so that a case and its baseline share the machine's state; a ratio is what a run is for, times differ from machine to machine.
var isLong = args.Contains("--long", StringComparer.Ordinal);
var job = (isLong ? Job.Default : Job.ShortRun).WithRuntime(CoreRuntime.Core10_0).WithToolchain(InProcessEmitToolchain.Instance);
var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddExporter(MarkdownExporter.Console)
    .AddLogger(ConsoleLogger.Default)
    .WithSummaryStyle(SummaryStyle.Default.WithTimeUnit(TimeUnit.Millisecond).WithRatioStyle(RatioStyle.Value))
    .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "results"))
    .WithBuildTimeout(TimeSpan.FromMinutes(5));

var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args.Where(argument => argument != "--long")], config).ToList();
var failed = summaries.Count == 0 || summaries.Any(summary =>
    summary.HasCriticalValidationErrors || summary.Reports.IsEmpty || summary.Reports.Any(report => !report.Success));
return failed ? 1 : 0;
