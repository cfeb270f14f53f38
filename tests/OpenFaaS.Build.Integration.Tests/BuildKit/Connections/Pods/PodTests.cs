using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Pods;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Pods;

/// <summary>Daemons in pods of the API server double; what is behind their buildctl is a bridge to an engine's BuildKit.</summary>
[TestClass, RequiresService("docker")]
public sealed class PodTests(TestContext context)
{
    [TestMethod]
    public async Task Connect_RunningPod_ReachesTheDaemonAndLeavesNoCommandBehind()
    {
        await using var pods = Start();
        pods.AddPod("a", "x");
        await using (var transport = Transport(pods, "kube-pod://a"))
        {
            await using var calls = new TransportCalls(transport);
            Assert.AreEqual(1, await calls.CountWorkersAsync(context.CancellationToken));
            Assert.AreEqual(1, pods.Commands);
        }

        for (var i = 0; i < 200 && pods.Commands > 0; i++)
        {
            await Task.Delay(20, context.CancellationToken);
        }

        Assert.AreEqual(0, pods.Commands);
    }

    [TestMethod]
    public async Task Connect_NoSuchPod_SaysSo() => Assert.AreEqual("OFB2816", (await FailAsync("kube-pod://none")).Descriptor.Code);

    [TestMethod]
    public async Task Connect_PodDoesNotRun_SaysItsPhase()
    {
        var failure = await FailAsync("kube-pod://a", pods => pods.SetPhase("a", "Succeeded"));

        Assert.AreEqual("OFB2817", failure.Descriptor.Code, failure.Message);
        Assert.Contains("Succeeded", failure.Message);
    }

    [TestMethod]
    public async Task Connect_NoBuildctlInIt_SaysSo()
    {
        var failure = await FailAsync("kube-pod://a", pods => pods.Command = (_, _, _, _, _) => Task.FromResult(127));

        Assert.AreEqual("OFB2820", failure.Descriptor.Code, failure.Message);
    }

    [TestMethod]
    public async Task Connect_NoDaemonInIt_SaysWhatBuildctlSays()
    {
        var failure = await FailAsync("kube-pod://a", pods => pods.Command = async (_, _, _, error, token) =>
        {
            await error.WriteAsync("error: \u001b[31mno daemon\n"u8.ToArray(), token);
            return 1;
        });

        Assert.AreEqual("OFB2821", failure.Descriptor.Code, failure.Message);
        Assert.Contains("exit code 1: error:  [31mno daemon", failure.Message);
    }

    [TestMethod]
    public async Task Connect_ExecIsForbidden_NamesTheRight()
    {
        var failure = await FailAsync("kube-pod://a", pods => pods.Server.Faults.Denied[("create", "pods/exec")] = true);

        Assert.AreEqual("OFB2806", failure.Descriptor.Code, failure.Message);
        Assert.Contains("create pods/exec", failure.Message);
    }

    [TestMethod]
    public async Task Connect_DeploymentWithoutReadyPods_SaysWhatItsPodsAre()
    {
        var failure = await FailAsync("kube-deployment://x", pods =>
        {
            pods.AddDeployment("x");
            pods.SetPhase("a", "Pending");
        });

        Assert.AreEqual("OFB2818", failure.Descriptor.Code, failure.Message);
        Assert.Contains("a is Pending", failure.Message);
    }

    [TestMethod]
    public async Task Connect_NoSuchDeployment_SaysSo() => Assert.AreEqual("OFB2807", (await FailAsync("kube-deployment://none")).Descriptor.Code);

    [TestMethod]
    public async Task Connect_ServerFailsFirst_IsAskedAgain()
    {
        await using var pods = Start();
        pods.AddPod("a", "x");
        pods.Server.Faults.Fail("create", "pods/exec", 503, times: 2);
        await using var transport = Transport(pods, "kube-pod://a");
        await using var calls = new TransportCalls(transport);

        Assert.AreEqual(1, await calls.CountWorkersAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task Call_Case81PodIsDeleted_FailsAtOnce()
    {
        await using var pods = Start();
        pods.AddPod("a", "x");
        await using var transport = Transport(pods, "kube-pod://a");
        await using var calls = new TransportCalls(transport);

        var failure = await calls.BreakAsync(
            () =>
            {
                pods.Server.Store.Remove("pods", pods.Server.Namespace, "a");
                pods.Bridge.Cut();
                return Task.CompletedTask;
            },
            context.CancellationToken);

        Assert.AreEqual("OFB2822", failure.Descriptor.Code, failure.Message);
        Assert.Contains("it is gone", failure.Message);
    }

    [TestMethod]
    public async Task Connect_Case82Cancelled_EndsTheCommand()
    {
        await using var pods = Start();
        pods.AddPod("a", "x");
        var (started, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        pods.Command = async (_, input, _, _, token) =>
        {
            started.SetResult();
            try
            {
                await input.CopyToAsync(Stream.Null, token);
                return 0;
            }
            finally
            {
                ended.SetResult();
            }
        };
        await using var transport = Transport(pods, "kube-pod://a");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var connecting = transport.ConnectAsync(cancel.Token).AsTask();
        await started.Task.WaitAsync(context.CancellationToken);

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), context.CancellationToken);
    }

    private BuildKitPods Start() => BuildKitPods.Start(TestServices.Endpoint("docker"), context.Folder());

    private static PodTransport Transport(BuildKitPods pods, string address) =>
        PodTransport.Create(address, new ConnectionSettings { Environment = pods.Environment });

    private async Task<Diagnostic> FailAsync(string address, Action<BuildKitPods>? prepare = null)
    {
        await using var pods = Start();
        pods.AddPod("a", "x");
        prepare?.Invoke(pods);
        await using var transport = Transport(pods, address);
        return (await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await transport.ConnectAsync(context.CancellationToken))).Diagnostics[0];
    }
}
