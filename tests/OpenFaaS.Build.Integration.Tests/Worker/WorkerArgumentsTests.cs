using System.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.Worker;

/// <summary>The worker's command line, for whoever calls it by hand.</summary>
[TestClass]
public sealed class WorkerArgumentsTests(TestContext context)
{
    [TestMethod]
    [DataRow("--help", 0, "build")]
    [DataRow("build --help", 0, "--result")]
    [DataRow("build --request /nowhere --result /nowhere/result --help", 0, "--until-stdin-closes")]
    [DataRow("build --request /nowhere", 1, "--result")]
    [DataRow("build --request /nowhere --result /nowhere/result --unknown", 1, "--unknown")]
    [DataRow("build --request /nowhere --result /nowhere/result", 1, "OFB")]
    [DataRow("", 1, "build")]
    public async Task Run_Arguments_AreExplainedWhereTheyAreWrong(string arguments, int exitCode, string expected)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "OpenFaaS.Build.Worker.dll"), .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(context.CancellationToken), process.StandardError.ReadToEndAsync(context.CancellationToken));
        await process.WaitForExitAsync(context.CancellationToken);

        var said = await output + await error;
        Assert.AreEqual(exitCode, process.ExitCode, said);
        Assert.Contains(expected, said, StringComparison.Ordinal);
    }
}
