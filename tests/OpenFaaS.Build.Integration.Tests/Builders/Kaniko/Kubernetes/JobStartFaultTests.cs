using OpenFaaS.Build.Integration.Tests.Kubernetes;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>Executors that a cluster does not start: every case has its own error with the last events, and leaves nothing.</summary>
[TestClass, RequiresClusterExecutor]
public sealed class JobStartFaultTests(TestContext context)
{
    [TestMethod]
    public async Task Run_NoImageNamed_AsksNothingOfTheCluster()
    {
        await using var scene = new JobScene(context);
        scene.Set("KanikoImage", "");

        var probe = await scene.ProbeAsync();
        var failure = await scene.FailAsync();

        Assert.IsFalse(probe.Usable);
        Assert.AreEqual("OFB2700", probe.Diagnostic?.Descriptor.Code);
        Assert.AreEqual("OFB2700", failure.Descriptor.Code, failure.Message);
        Assert.Contains("KanikoRunner=kubernetes", failure.Message);
        await scene.AssertNothingLeftNowAsync();
        if (TestCluster.Real.Length == 0)
        {
            Assert.IsEmpty(scene.Cluster.Double.Requests);
        }
    }

    [TestMethod]
    public async Task Run_NoSuchNamespace_SaysSo()
    {
        await using var scene = new JobScene(context);
        scene.Set("KanikoNamespace", "openfaas-test-nowhere");

        var failure = await scene.FailAsync();

        // An account of one namespace alone is not told what others there are.
        Assert.Contains(failure.Descriptor.Code, new[] { "OFB2807", TestCluster.Real.Length > 0 ? "OFB2806" : "OFB2807" }, failure.Message);
        Assert.Contains("openfaas-test-nowhere", failure.Message);
    }

    [TestMethod]
    public async Task Run_Case86NoNodeIsSelected_TellsWhyNoNodeFits()
    {
        await using var scene = new JobScene(context);
        scene.Set("KanikoNodeSelector", "openfaas.build/test=none");

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2830", failure.Descriptor.Code, failure.Message);
        Assert.Contains("node affinity/selector", failure.Message);
        Assert.Contains("FailedScheduling", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod, RequiresClusterDouble]
    public async Task Run_Case86PendingForEver_TellsWhyNoNodeFits()
    {
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Faults.IsUnschedulable = true;

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2830", failure.Descriptor.Code, failure.Message);
        Assert.Contains("3 Insufficient memory", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod, RequiresClusterDouble]
    [DataRow("TriggeredScaleUp", DisplayName = "Cluster Autoscaler")]
    [DataRow("Nominated", DisplayName = "Karpenter, EKS Auto Mode")]
    public async Task Run_Case86NodeIsAdded_WaitsForIt(string reason)
    {
        await using var scene = new JobScene(context);
        var faults = scene.Cluster.Double.Faults;
        (faults.IsUnschedulable, faults.ScaleUp) = (true, reason);

        var run = scene.RunAsync();
        await Task.Delay(TimeSpan.FromSeconds(2.5), context.CancellationToken);
        Assert.IsFalse(run.IsCompleted, run.Exception?.Message);
        faults.IsUnschedulable = false;

        Assert.AreEqual(0, (await run).ExitCode);
    }

    [TestMethod]
    public async Task Run_Case86ImagePullBackOff_FailsFastWithTheEvents()
    {
        await using var scene = new JobScene(context);
        scene.Set("KanikoImage", "registry.invalid/executor:1");

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2831", failure.Descriptor.Code, failure.Message);
        Assert.Contains("registry.invalid/executor:1", failure.Message);
        Assert.Contains("Failed to pull image", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod, RequiresClusterDouble]
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

    [TestMethod, RequiresClusterDouble]
    public async Task Run_Case86ImageIsPulledAgainForLong_WaitsForTheEndOfThePull()
    {
        await using var scene = new JobScene(context);
        scene.Limits = scene.Limits with { ImagePull = TimeSpan.FromSeconds(3) };
        var faults = scene.Cluster.Double.Faults;
        faults.HasNoImage = true;

        // The state says ImagePullBackOff all the time.
        var run = scene.RunAsync();
        while (!scene.Messages.Contains("ErrImagePull", StringComparison.Ordinal))
        {
            await Task.Delay(20, context.CancellationToken);
        }

        (faults.HasNoImage, faults.PullTime) = (false, TimeSpan.FromSeconds(5));

        Assert.AreEqual(0, (await run).ExitCode);
    }

    [TestMethod, RequiresClusterDouble]
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
    public async Task Run_NoSuchServiceAccount_TellsWhyThereIsNoPod()
    {
        await using var scene = new JobScene(context);
        scene.Set("KanikoServiceAccount", "openfaas-test-none");

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2832", failure.Descriptor.Code, failure.Message);
        Assert.Contains("openfaas-test-none", failure.Message);
        await scene.AssertNothingLeftAsync();
    }
}
