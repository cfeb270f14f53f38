using System.Diagnostics;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Daemonless;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;

/// <summary>Private daemons: a stand-in buildkitd on PATH, with the BuildKit of an engine behind it.</summary>
[TestClass]
[RequiresService("docker")]
public sealed class DaemonlessTests(TestContext context)
{
    [TestMethod]
    public async Task Connect_DaemonInPath_IsStartedOnceAndStoppedWithTheTransport()
    {
        await using (var transport = await TransportAsync())
        {
            await using var first = new TransportCalls(transport);
            await using var second = new TransportCalls(transport);

            Assert.AreEqual(1, await first.CountWorkersAsync(context.CancellationToken));
            Assert.AreEqual(1, await second.CountWorkersAsync(context.CancellationToken));
            Assert.HasCount(1, ProcessTable.Naming(Root(0)).Where(id => id == Pid(0)).ToList());
        }

        Assert.IsEmpty(ProcessTable.Naming(Root(0)));
    }

    [TestMethod]
    public async Task Connect_AnotherBuildRuns_TakesAnotherRootAndAlone_TheSameAgain()
    {
        await using (var first = await TransportAsync())
        {
            await using var second = await TransportAsync();
            await using var calls = new TransportCalls(first);
            await using var others = new TransportCalls(second);
            await Task.WhenAll(calls.CountWorkersAsync(context.CancellationToken), others.CountWorkersAsync(context.CancellationToken));
            Assert.AreNotEqual(Pid(0), Pid(1));
        }

        File.Delete(Path.Combine(Root(0), "stand-in.pid"));
        await using var third = await TransportAsync();
        await using var again = new TransportCalls(third);
        await again.CountWorkersAsync(context.CancellationToken);

        Assert.HasCount(1, ProcessTable.Naming(Root(0)).Where(id => id == Pid(0)).ToList());
    }

    [TestMethod]
    public async Task Call_Case81DaemonIsKilled_FailsAtOnceWithItsLastWords_AndTheNextStartsAnother()
    {
        await using var transport = await TransportAsync();
        await using var calls = new TransportCalls(transport);

        var failure = await calls.BreakAsync(() => KillAsync(Pid(0)), context.CancellationToken);
        await using var next = new TransportCalls(transport);

        Assert.AreEqual("OFB5044", failure.Descriptor.Code, failure.Message);
        Assert.Contains("exit code 137: stand-in buildkitd: ", failure.Message);
        Assert.AreEqual(1, await next.CountWorkersAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task Worker_Case82IsKilled_TakesItsDaemonWithIt()
    {
        await WriteAsync();
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "StandInBuildKit.dll"), "worker"]) { RedirectStandardOutput = true };
        start.Environment["PATH"] = Bin + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        start.Environment["XDG_CACHE_HOME"] = Cache;
        start.Environment["BUILDKITD_FLAGS"] = "";
        using var worker = Process.Start(start)!;
        Assert.AreEqual("ready", await worker.StandardOutput.ReadLineAsync(context.CancellationToken));
        Assert.IsNotEmpty(ProcessTable.Naming(Root(0)));

        worker.Kill();

        await ProcessTable.UntilNoneAsync(Root(0), context.CancellationToken);
    }

    [TestMethod]
    public async Task Dispose_DaemonIgnoresSigterm_KillsItAfterTenSeconds()
    {
        var transport = await TransportAsync("--ignore-sigterm");
        await using var calls = new TransportCalls(transport);
        await calls.CountWorkersAsync(context.CancellationToken);

        await transport.DisposeAsync();

        Assert.IsEmpty(ProcessTable.Naming(Root(0)));
    }

    private string Bin => Path.Combine(context.Folder(), "bin");

    private string Cache => Path.Combine(context.Folder(), "cache");

    private string Root(int number) => Path.Combine(Cache, "openfaas-build-sdk", "buildkitd", number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private int Pid(int number) => ProcessTable.IdInAsync(Path.Combine(Root(number), "stand-in.pid"), context.CancellationToken).Result;

    private Task KillAsync(int id) => Tool.RunAsync("kill", ["-KILL", $"{id}"], context.CancellationToken);

    private Task WriteAsync() => StandIn.WriteDaemonAsync(Bin, TestServices.Endpoint("docker"), context.CancellationToken);

    private async Task<DaemonlessTransport> TransportAsync(string flags = "")
    {
        if (!File.Exists(Path.Combine(Bin, "buildkitd")))
        {
            await WriteAsync();
        }

        var settings = new ConnectionSettings
        {
            Environment = name => name switch { "PATH" => Bin, "XDG_CACHE_HOME" => Cache, "BUILDKITD_FLAGS" => flags, _ => null },
        };
        return DaemonlessTransport.TryCreate(settings)!;
    }
}
