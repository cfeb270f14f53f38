using System.Security.Cryptography;
using OpenFaaS.Build.Integration.Tests.Kubernetes;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>Contexts that do not reach the executor, or not in whole: none is waited for longer than it is known.</summary>
[TestClass, RequiresClusterDouble]
public sealed class JobAttachFaultTests(TestContext context)
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Run_Case86ContextConnectionCut_IsNoImage(bool isOld)
    {
        await using var scene = new JobScene(context);
        scene.Add("random", RandomNumberGenerator.GetBytes(4_000_000));
        (scene.Cluster.Double.Faults.AttachCut, scene.Cluster.Double.Faults.IsOld) = (1_000_000, isOld);

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2838", failure.Descriptor.Code, failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    [DataRow(0, DisplayName = "everything is sent")]
    [DataRow(64_000_000, DisplayName = "while it is sent")]
    public async Task Run_ServerDoesNotReachTheNode_IsToldAtOnceThoughItTakesTheContext(int size)
    {
        await using var scene = new JobScene(context);
        scene.Add("random", RandomNumberGenerator.GetBytes(size));
        scene.Cluster.Double.Faults.AttachRefusal = "error dialing backend: dial tcp 192.0.2.1:10250: i/o timeout";

        // Its input is never opened, and so it waits for ever.
        var failure = await scene.FailAsync().WaitAsync(TimeSpan.FromSeconds(45), context.CancellationToken);

        Assert.AreEqual("OFB2838", failure.Descriptor.Code, failure.Message);
        Assert.Contains("error dialing backend", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Run_ExecutorEndsBeforeItIsAttachedTo_GivesItsExitCodeAndReason(bool isOld)
    {
        await using var scene = new JobScene(context, new ExecutorDouble
        {
            Instead = (start, _) =>
            {
                start.Print("Error: unknown flag: --log-format");
                return Task.FromResult(1);
            },
        });
        var faults = scene.Cluster.Double.Faults;
        (faults.StatusLag, faults.IsOld) = (TimeSpan.FromSeconds(2), isOld);

        var outcome = await scene.RunAsync();

        Assert.AreEqual(1, outcome.ExitCode);
        Assert.Contains("unknown flag: --log-format", scene.Messages);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86NodeIsLostWhileTheContextIsSent_IsToldBeforeTheDeadline()
    {
        await using var scene = new JobScene(context, new ExecutorDouble
        {
            Instead = async (start, token) =>
            {
                // It reads nothing, so that what is sent to it stands still.
                start.Print("working on it");
                await Task.Delay(Timeout.Infinite, token);
                return 0;
            },
        });
        scene.Limits = scene.Limits with { Gone = TimeSpan.FromSeconds(2) };
        scene.Add("random", RandomNumberGenerator.GetBytes(64_000_000));
        var run = scene.FailAsync();
        await scene.UntilWorkingAsync(run);
        var server = scene.Cluster.Double;
        server.Faults.IsNodeLost = true;
        server.Evict(server.Names("pods").Single(), "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint");

        var failure = await run.WaitAsync(TimeSpan.FromSeconds(45), context.CancellationToken);

        Assert.AreEqual("OFB2836", failure.Descriptor.Code, failure.Message);
    }
}
