using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.Kubernetes;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>What goes wrong between cluster and build: every case has its own error, and leaves nothing.</summary>
[TestClass, RequiresClusterDouble]
public sealed class JobFaultTests(TestContext context)
{
    [TestMethod]
    public async Task Run_Case86PendingForEver_TellsWhyNoNodeFits()
    {
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Faults.IsUnschedulable = true;

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2830", failure.Descriptor.Code, failure.Message);
        Assert.Contains("3 Insufficient memory", failure.Message);
        Assert.Contains("FailedScheduling", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86NodeIsAdded_WaitsForIt()
    {
        await using var scene = new JobScene(context);
        var faults = scene.Cluster.Double.Faults;
        (faults.IsUnschedulable, faults.IsScalingUp) = (true, true);

        var run = scene.RunAsync();
        await Task.Delay(TimeSpan.FromSeconds(2.5), context.CancellationToken);
        Assert.IsFalse(run.IsCompleted);
        faults.IsUnschedulable = false;

        Assert.AreEqual(0, (await run).ExitCode);
    }

    [TestMethod]
    public async Task Run_Case86ImagePullBackOff_FailsFastWithTheEvents()
    {
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Faults.HasNoImage = true;

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2831", failure.Descriptor.Code, failure.Message);
        Assert.Contains("registry.example/executor:1", failure.Message);
        Assert.Contains("failed to resolve reference: not found", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86ImageIsThereTheSecondTime_Builds()
    {
        await using var scene = new JobScene(context);
        scene.Limits = scene.Limits with { ImagePull = TimeSpan.FromSeconds(10) };
        scene.Cluster.Double.Faults.HasNoImage = true;

        var run = scene.RunAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), context.CancellationToken);
        scene.Cluster.Double.Faults.HasNoImage = false;

        Assert.AreEqual(0, (await run).ExitCode);
    }

    [TestMethod]
    public async Task Run_PolicyAllowsNoPod_TellsThePolicy()
    {
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Faults.RefusesPods = true;

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2832", failure.Descriptor.Code, failure.Message);
        Assert.Contains("violates PodSecurity", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86OutOfMemory_SaysSo()
    {
        await using var scene = new JobScene(context, Working());
        scene.Set("KanikoMemoryLimit", "1Gi");
        var run = scene.FailAsync();
        await scene.Cluster.Double.Node.KillAsync(scene.Cluster.Double.Namespace, await PodAsync(scene), "OOMKilled", 137);

        var failure = await run;

        Assert.AreEqual("OFB2835", failure.Descriptor.Code, failure.Message);
        Assert.Contains("1Gi", failure.Message);
        Assert.Contains("working on it", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86Evicted_SaysWhy()
    {
        await using var scene = new JobScene(context, Working());
        var run = scene.FailAsync();
        await scene.Cluster.Double.Node.EvictAsync(scene.Cluster.Double.Namespace, await PodAsync(scene), "The node was low on resource: ephemeral-storage.");

        var failure = await run;

        Assert.AreEqual("OFB2836", failure.Descriptor.Code, failure.Message);
        Assert.Contains("low on resource: ephemeral-storage", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86Deadline_EndsTheBuild()
    {
        await using var scene = new JobScene(context, Working());
        scene.Set("KanikoDeadline", "0:00:02");

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2837", failure.Descriptor.Code, failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Run_Case86ContextConnectionCut_IsNoImage(bool isOld)
    {
        await using var scene = new JobScene(context);
        var bytes = new byte[4_000_000];
        Random.Shared.NextBytes(bytes);
        scene.Add("random", bytes);
        (scene.Cluster.Double.Faults.AttachCut, scene.Cluster.Double.Faults.IsOld) = (1_000_000, isOld);

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2838", failure.Descriptor.Code, failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_SomebodyDeletesTheJob_SaysSo()
    {
        await using var scene = new JobScene(context, Working());
        var run = scene.FailAsync();
        await PodAsync(scene);
        var server = scene.Cluster.Double;
        server.Delete("jobs", server.Names("jobs").Single(), "Background");

        var failure = await run;

        Assert.AreEqual("OFB2839", failure.Descriptor.Code, failure.Message);
        Assert.Contains("somebody deleted it", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86Cancelled_DeletesTheJobAndWaitsUntilItIsGone()
    {
        await using var scene = new JobScene(context, Working());
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var run = scene.RunAsync(cancel.Token);
        await PodAsync(scene);

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => run);
        var server = scene.Cluster.Double;
        Assert.IsEmpty(server.Names("jobs").Concat(server.Names("pods")).Concat(server.Names("secrets")).Concat(server.Names("configmaps")));
        Assert.AreEqual(0, server.Node.Running);
        Assert.IsEmpty(scene.Log.Diagnostics);
    }

    [TestMethod]
    public async Task Run_CleanupIsForbidden_IsAWarningThatNamesTheJob()
    {
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Faults.Denied[("delete", "jobs")] = true;

        var outcome = await scene.RunAsync();

        Assert.AreEqual(0, outcome.ExitCode);
        var warning = scene.Log.Diagnostics.Single();
        Assert.AreEqual("OFB2840", warning.Descriptor.Code);
        Assert.AreEqual(DiagnosticSeverity.Warning, warning.Descriptor.Severity);
        Assert.Contains(scene.Cluster.Double.Names("jobs").Single(), warning.Message);
        Assert.IsEmpty(scene.Cluster.Double.Names("secrets"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(42)]
    public async Task Run_StepFails_GivesItsExitCodeAndNoDigest(int exitCode)
    {
        await using var scene = new JobScene(context, new ExecutorDouble { ExitCode = exitCode });

        var outcome = await scene.RunAsync();

        Assert.AreEqual(exitCode, outcome.ExitCode);
        Assert.AreEqual(exitCode == 0, outcome.Digest.Length > 0, "It is left before the push.");
        await scene.AssertNothingLeftAsync();
    }

    private static ExecutorDouble Working() => new()
    {
        Work = async (start, token) =>
        {
            start.Print("working on it");
            await Task.Delay(Timeout.Infinite, token);
        },
    };

    // The pod's name, once its container works.
    private async Task<string> PodAsync(JobScene scene)
    {
        while (!scene.Messages.Contains("working on it", StringComparison.Ordinal))
        {
            await Task.Delay(20, context.CancellationToken);
        }

        return scene.Cluster.Double.Names("pods").Single();
    }
}
