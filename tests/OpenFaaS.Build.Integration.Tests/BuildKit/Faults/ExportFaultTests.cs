using System.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Faults;

/// <summary>Faults while files are on their way: what was there stays whole, and nothing else is left.</summary>
[TestClass]
[RequiresService("docker26"), RequiresService("registry"), RequiresService("tools")]
public sealed class ExportFaultTests(TestContext context)
{
    private const int Failed = 1;
    private const int Cancelled = 130;
    private static readonly TimeSpan ErrorLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(10);

    public static IEnumerable<object[]> Phases => ExportScene.Phases.Select(phase => new object[] { phase });

    [TestMethod]
    [DynamicData(nameof(Phases))]
    public async Task Publish_Cases81And82CutAndCancelledInTheMiddle_KeepsWhatWasThere(string phase)
    {
        await using var scene = new ExportScene(context, TestServices.Endpoint("docker26"), phase);
        await scene.PublishAsync();

        await FailAsync(scene, _ => scene.Daemon.Cut(), ErrorLimit, Failed);
        await FailAsync(scene, worker => worker.Cancel(), CancelLimit, Cancelled);

        await PublishAnotherAsync(scene);
    }

    [TestMethod]
    [TestCategory("slow")]
    [DynamicData(nameof(Phases))]
    public async Task Publish_Case81DaemonPausedInTheMiddle_KeepsWhatWasThere(string phase)
    {
        await using var engine = await PrivateEngine.StartAsync(context.CancellationToken);
        await using var scene = new ExportScene(context, engine.Address, phase);
        await scene.PublishAsync();

        await FailAsync(scene, _ => engine.PauseAsync(context.CancellationToken).GetAwaiter().GetResult(), ErrorLimit, Failed);

        await engine.ResumeAsync(context.CancellationToken);
        await PublishAnotherAsync(scene);
    }

    private static async Task PublishAnotherAsync(ExportScene scene)
    {
        var before = await scene.StateAsync();
        scene.Change(1);
        await scene.PublishAsync();
        Assert.AreNotEqual(before, await scene.StateAsync());
        Assert.IsEmpty(scene.Processes);
    }

    private async Task FailAsync(ExportScene scene, Action<WorkerProcess> fault, TimeSpan limit, int expected)
    {
        var before = await scene.StateAsync();
        scene.Change();
        var started = 0L;
        var running = new TaskCompletionSource<WorkerProcess>();
        scene.InTheMiddle(() =>
        {
            started = Stopwatch.GetTimestamp();
            fault(running.Task.GetAwaiter().GetResult());
        });
        using var worker = scene.Start();
        running.SetResult(worker);

        var code = await worker.EndAsync(context.CancellationToken);

        Assert.AreNotEqual(0, started, "the phase was never met\n" + worker.Said);
        Assert.IsLessThan(limit.TotalSeconds, Stopwatch.GetElapsedTime(started).TotalSeconds, worker.Said);
        Assert.IsEmpty(scene.Processes);
        if (code == 0 && expected == Failed && scene.MayBeTriedAgain)
        {
            return;
        }

        Assert.AreEqual(expected, code, worker.Said);
        Assert.AreEqual(before, await scene.StateAsync(), worker.Said);
        if (expected == Failed)
        {
            Assert.MatchesRegex("error OFB5[0-9]{3}", worker.Said);
        }
    }
}
