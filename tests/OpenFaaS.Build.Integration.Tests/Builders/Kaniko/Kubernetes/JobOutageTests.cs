using OpenFaaS.Build.Builders.Kaniko.Kubernetes;
using OpenFaaS.Build.Integration.Tests.Kubernetes;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>An API server that is away for a while, or for good, on a clock that runs faster than the world's.</summary>
[TestClass, RequiresClusterDouble]
public sealed class JobOutageTests(TestContext context)
{
    private const int Faster = 20;

    /// <summary>An outage of 40 s: the pauses of the first attempts are over by then, and the usual patience is not.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(40) / Faster;

    [TestMethod]
    [DataRow("watch", "pods")]
    [DataRow("list", "pods")]
    [DataRow("get", "pods/log")]
    [DataRow("create", "jobs")]
    public async Task Run_Case86ServerFailsForLong_IsAskedUntilItAnswers(string verb, string resource)
    {
        await using var scene = Scene(new ExecutorDouble());
        scene.Cluster.Double.Faults.Fail(verb, resource, 503, times: 8);

        var outcome = await scene.RunAsync();

        Assert.AreEqual(scene.Executor.Digest, outcome.Digest, scene.Messages);
        Assert.IsEmpty(scene.Log.Diagnostics);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86ServerIsAwayWhileTheExecutorWorks_IsFollowedToItsEnd()
    {
        var work = Task () => Task.CompletedTask;
        await using var scene = Scene(new ExecutorDouble { Work = async (start, _) =>
        {
            start.Print("before the outage");
            await work();
            start.Print("after the outage");
        } });
        var faults = scene.Cluster.Double.Faults;
        work = async () =>
        {
            faults.GoAway();
            await Task.Delay(Outage, context.CancellationToken);
            faults.ComeBack();
        };

        var outcome = await scene.RunAsync();

        Assert.AreEqual(scene.Executor.Digest, outcome.Digest, scene.Messages);
        Assert.IsEmpty(scene.Log.Diagnostics);
        Assert.AreEqual(1, scene.Log.Messages.Count(message => message.Contains("before the outage", StringComparison.Ordinal)));
        Assert.AreEqual(1, scene.Log.Messages.Count(message => message.Contains("after the outage", StringComparison.Ordinal)));
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_ServerGoneForGoodWhileTheExecutorWorks_IsUnreachable()
    {
        var work = () => { };
        await using var scene = Scene(new ExecutorDouble { Work = (_, token) =>
        {
            work();
            return Task.Delay(Timeout.Infinite, token);
        } });
        scene.Limits = scene.Limits with { Outage = TimeSpan.FromMinutes(2), Gone = TimeSpan.FromSeconds(40) };
        work = scene.Cluster.Double.Faults.GoAway;

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2804", failure.Descriptor.Code, failure.Message);
        Assert.AreEqual("OFB2840", scene.Log.Diagnostics.Last().Descriptor.Code, "What is left there is named.");
    }

    [TestMethod]
    public async Task Run_ServerGoneForGood_IsUnreachable()
    {
        await using var scene = Scene(new ExecutorDouble());
        scene.Cluster.Double.Faults.Fail("create", "jobs", 500, times: 100, retryAfter: 0);

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2808", failure.Descriptor.Code, failure.Message);
        Assert.Contains("create jobs", failure.Message);
    }

    private JobScene Scene(ExecutorDouble executor) => new(context, executor)
    {
        Time = new FastTime(Faster),
        Limits = new JobLimits { Creation = TimeSpan.FromMinutes(5), End = TimeSpan.FromMinutes(5), LogRest = TimeSpan.FromMinutes(5), Gone = TimeSpan.FromMinutes(5) },
    };
}
