using OpenFaaS.Build.Diagnostics;
using System.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Faults;

/// <summary>A cut connection, a silent one, and a user who gives up, at each phase of a build.</summary>
[TestClass]
[RequiresService("docker26"), RequiresService("registry")]
public sealed class ConnectionFaultTests(TestContext context)
{
    private static readonly TimeSpan ErrorLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(10);

    public static IEnumerable<object[]> Phases =>
    [
        ["connecting", "Builder:"],
        ["before the first step", "load build definition"],
        ["in a step", "phase-one"],
        ["later", "phase-two"],
    ];

    [TestMethod]
    [DynamicData(nameof(Phases))]
    public async Task Publish_Case81ConnectionCut_IsACodedErrorAndTheNextBuildWorks(string phase, string trigger)
    {
        await using var bridge = BuildKitBridge.OnUnix(TestServices.Endpoint("docker26"));
        var function = Function(bridge.Address, out _);
        var log = new TriggerLog(trigger, bridge.Cut);
        var before = FolderSnapshot.Of(function.Folder);
        var started = Stopwatch.GetTimestamp();

        try
        {
            await function.PublishAsync(log);
            Assert.IsTrue(phase is "connecting" or "before the first step", "a build whose connection was cut in a step succeeded\n" + log.Messages);
        }
        catch (DiagnosticException e)
        {
            Assert.StartsWith("OFB5", e.Diagnostics[0].Descriptor.Code, e.Diagnostics[0].Message);
            FolderSnapshot.AssertNothingNew(function.Folder, before);
        }

        Assert.IsTrue(log.HasActed, "the connection was never cut\n" + log.Messages);
        Assert.IsLessThan(ErrorLimit.TotalSeconds, Stopwatch.GetElapsedTime(started).TotalSeconds);
        await function.PublishAsync();
    }

    [TestMethod]
    [DynamicData(nameof(Phases))]
    public async Task Publish_Case82CancelledAtEachPhase_EndsTheStepAndLeavesNothing(string phase, string trigger)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var function = Function(TestServices.Endpoint("docker26"), out var mark);
        var before = FolderSnapshot.Of(function.Folder);
        var cancelled = 0L;
        var log = new TriggerLog(trigger, () =>
        {
            cancelled = Stopwatch.GetTimestamp();
            cancellation.Cancel();
        });

        await Assert.ThrowsAsync<OperationCanceledException>(() => function.PublishAsync(log, cancellation.Token), phase);

        Assert.IsLessThan(CancelLimit.TotalSeconds, Stopwatch.GetElapsedTime(cancelled).TotalSeconds);
        FolderSnapshot.AssertNothingNew(function.Folder, before);
        while (IsRunning(mark))
        {
            Assert.IsLessThan(CancelLimit.TotalSeconds, Stopwatch.GetElapsedTime(cancelled).TotalSeconds, "the step still runs");
            await Task.Delay(100, context.CancellationToken);
        }

        function.Write("Dockerfile", BuildKitFunction.WithShell);
        await function.PublishAsync();
    }

    // Steps tell their phase, and then take their time; the mark is in the command line of what they run.
    private BuildKitFunction Function(string address, out string mark)
    {
        mark = $"3{Random.Shared.Next(10_000_000, 99_999_999)}";
        return new BuildKitFunction(context, address, BuildKitFunction.WithShell
            + $"RUN echo phase-one && sleep 1.5\nRUN echo phase-two && (sleep 2 || sleep {mark})\n")
            .ToRegistry().Set("ContainerProgress", "plain").Set("ContainerNoCache", "true");
    }

    private static bool IsRunning(string mark) => Directory.EnumerateDirectories("/proc").Any(process =>
    {
        try
        {
            return int.TryParse(Path.GetFileName(process), out _) && File.ReadAllText(process + "/cmdline").Contains(mark, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
