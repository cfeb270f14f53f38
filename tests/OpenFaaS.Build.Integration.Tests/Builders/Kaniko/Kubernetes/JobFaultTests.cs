using System.Text.Json.Nodes;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Integration.Tests.Kubernetes;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>What a cluster, or somebody in it, does to a build: every case has its own error, and leaves nothing.</summary>
[TestClass, RequiresClusterExecutor]
public sealed class JobFaultTests(TestContext context)
{
    [TestMethod, RequiresClusterDouble]
    public async Task Run_Case86OutOfMemory_SaysSo()
    {
        await using var scene = new JobScene(context, Working());
        scene.Set("KanikoMemoryLimit", "1Gi");
        var run = scene.FailAsync();
        await scene.Cluster.Double.Node.KillAsync(scene.Cluster.Double.Namespace, await PodAsync(scene, run), "OOMKilled", 137);

        var failure = await run;

        Assert.AreEqual("OFB2835", failure.Descriptor.Code, failure.Message);
        Assert.Contains("1Gi", failure.Message);
        Assert.Contains("working on it", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod, RequiresClusterDouble]
    public async Task Run_Case86Evicted_SaysWhy()
    {
        await using var scene = new JobScene(context, Working());
        var run = scene.FailAsync();
        await scene.Cluster.Double.Node.EvictAsync(scene.Cluster.Double.Namespace, await PodAsync(scene, run), "The node was low on resource: ephemeral-storage.");

        var failure = await run;

        Assert.AreEqual("OFB2836", failure.Descriptor.Code, failure.Message);
        Assert.Contains("low on resource: ephemeral-storage", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86Deadline_EndsTheBuild()
    {
        await using var scene = new JobScene(context, Working());
        scene.AddShell(JobScene.Endless).Set("KanikoDeadline", "0:00:02");

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2837", failure.Descriptor.Code, failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_SomebodyDeletesTheJob_SaysSo()
    {
        await using var scene = new JobScene(context, Working());
        scene.AddShell(JobScene.Endless);
        var run = scene.FailAsync();
        await scene.UntilWorkingAsync(run);
        await scene.Objects.DeleteJobAsync();

        var failure = await run;

        Assert.AreEqual("OFB2839", failure.Descriptor.Code, failure.Message);
        Assert.Contains("somebody deleted it", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod, RequiresClusterDouble]
    public async Task Run_AnotherJobHasItsNameMeanwhile_IsLeftAlone()
    {
        await using var scene = new JobScene(context, Working());
        var run = scene.FailAsync();
        await scene.UntilWorkingAsync(run);
        var server = scene.Cluster.Double;
        var name = server.Names("jobs").Single();
        var other = server.Store.Get("jobs", server.Namespace, name);
        other["spec"]!["template"]!["metadata"]!["labels"] = new JsonObject();
        server.Delete("jobs", name, "Background");
        server.Store.Create("jobs", server.Namespace, other);

        var failure = await run;

        Assert.AreEqual("OFB2839", failure.Descriptor.Code, failure.Message);
        Assert.Contains("somebody deleted it", failure.Message);
        Assert.AreEqual(name, server.Names("jobs").Single());
        Assert.IsEmpty(scene.Log.Diagnostics);
    }

    [TestMethod, RequiresClusterDouble]
    [DataRow(true, "OFB2836", "Taint manager")]
    [DataRow(false, "OFB2839", "the node does not tell that it ended")]
    public async Task Run_Case86NodeIsLost_IsToldBeforeTheDeadline(bool isEvicted, string code, string expected)
    {
        await using var scene = new JobScene(context, Working());
        scene.Limits = scene.Limits with { Gone = TimeSpan.FromSeconds(2) };
        var run = scene.FailAsync();
        var (pod, server) = (await PodAsync(scene, run), scene.Cluster.Double);
        server.Faults.IsNodeLost = true;
        if (isEvicted)
        {
            server.Evict(pod, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint");
        }
        else
        {
            server.Delete("pods", pod, "Background");
        }

        var failure = await run.WaitAsync(TimeSpan.FromSeconds(45), context.CancellationToken);

        Assert.AreEqual(code, failure.Descriptor.Code, failure.Message);
        Assert.Contains(expected, failure.Message);

        // Nothing of it can go before somebody gives up the node.
        Assert.AreEqual("OFB2840", scene.Log.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod, RequiresClusterDouble]
    public async Task Run_EvictedByTheApi_SaysWhy()
    {
        await using var scene = new JobScene(context, Working());
        var run = scene.FailAsync();
        scene.Cluster.Double.Evict(await PodAsync(scene, run), "EvictionByEvictionAPI", "Eviction API: evicting");

        var failure = await run;

        Assert.AreEqual("OFB2836", failure.Descriptor.Code, failure.Message);
        Assert.Contains("EvictionByEvictionAPI", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86Cancelled_DeletesTheJobAndWaitsUntilItIsGone()
    {
        await using var scene = new JobScene(context, Working());
        scene.AddShell(JobScene.Endless);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var run = scene.RunAsync(cancel.Token);
        await scene.UntilWorkingAsync(run);

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => run);
        await scene.AssertNothingLeftNowAsync();
        Assert.IsEmpty(scene.Log.Diagnostics);
    }

    [TestMethod, RequiresClusterDouble]
    [DataRow("jobs")]
    [DataRow("secrets")]
    public async Task Run_CancelledWhileItCreates_LeavesNothingThatComesLater(string resource)
    {
        await using var scene = new JobScene(context);
        var server = scene.Cluster.Double;
        server.Faults.Delays[("create", resource)] = TimeSpan.FromSeconds(2);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var run = scene.RunAsync(cancel.Token);
        while (!run.IsCompleted && !server.Requests.Contains($"create {resource}"))
        {
            await Task.Delay(20, context.CancellationToken);
        }

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => run);
        await scene.AssertNothingLeftNowAsync();
        await Task.Delay(TimeSpan.FromSeconds(3), context.CancellationToken);
        await scene.AssertNothingLeftNowAsync();
        Assert.IsEmpty(scene.Log.Diagnostics);
    }

    [TestMethod, RequiresClusterDouble]
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
        scene.AddShell(BuildKitFunction.WithShell + $"RUN exit {exitCode}\n");

        var outcome = await scene.RunAsync();

        Assert.AreEqual(exitCode, outcome.ExitCode, scene.Messages);
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

    // The pod's name in the double, once its container works.
    private static async Task<string> PodAsync(JobScene scene, Task run)
    {
        await scene.UntilWorkingAsync(run);
        return scene.Cluster.Double.Names("pods").Single();
    }
}
