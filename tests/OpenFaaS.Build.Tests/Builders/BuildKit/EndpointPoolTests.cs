using System.Collections.Concurrent;
using OpenFaaS.Build.Builders.BuildKit.Endpoints;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.BuildKit;

/// <summary>Connecting before the build asks for it.</summary>
[TestClass]
public sealed class EndpointPoolTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Prepare_DaemonIsDown_TheBuildTellsIt()
    {
        await using var pool = new EndpointPool(_ => null);
        var function = At("unix:///nowhere/buildkitd.sock");

        pool.Prepare(function);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => pool.ConnectAsync(function, log, context.CancellationToken));
        Assert.AreEqual("OFB5004", failure.Diagnostics[0].Descriptor.Code);
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public async Task Prepare_SeveralAreDown_SaysNothingYet()
    {
        var pool = new EndpointPool(_ => null);

        pool.Prepare(At("unix:///nowhere/a.sock;unix:///nowhere/b.sock"));
        await pool.DisposeAsync();

        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public async Task Prepare_WayThatStartsAProgram_StartsNone()
    {
        var asked = new ConcurrentQueue<string>();
        var pool = new EndpointPool(name =>
        {
            asked.Enqueue(name);
            return null;
        });

        pool.Prepare(At("ssh://nowhere.invalid"));
        await pool.DisposeAsync();

        // The program would be looked for there.
        Assert.DoesNotContain("PATH", asked);
    }

    [TestMethod]
    public async Task Prepare_SeveralAreDown_WarnsOnceOfEach()
    {
        await using var pool = new EndpointPool(_ => null);
        var function = At("unix:///nowhere/a.sock;unix:///nowhere/b.sock");

        pool.Prepare(function);
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => pool.ConnectAsync(function, log, context.CancellationToken));
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => pool.ConnectAsync(function, log, context.CancellationToken));

        CollectionAssert.AreEqual(new[] { "OFB5501", "OFB5501" }, log.Diagnostics.Select(diagnostic => diagnostic.Descriptor.Code).ToArray());
    }

    [TestMethod]
    public async Task Dispose_WhileItConnects_EndsTheAttempt()
    {
        var met = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        await using var peer = PeerStandIn.Answering(async (stream, token) =>
        {
            met.TrySetResult();
            while (await stream.ReadAsync(new byte[100], token) > 0)
            {
            }

            left.TrySetResult();
        });
        var pool = new EndpointPool(_ => null);

        pool.Prepare(At(peer.Address));
        await met.Task.WaitAsync(context.CancellationToken);
        await pool.DisposeAsync();

        await left.Task.WaitAsync(context.CancellationToken);
    }

    [TestMethod]
    public async Task Prepare_Deployment_AsksNoCluster()
    {
        var asked = new ConcurrentQueue<string>();
        var pool = new EndpointPool(name =>
        {
            asked.Enqueue(name);
            return null;
        });

        pool.Prepare(At("kube-deployment://buildkitd"));
        await pool.DisposeAsync();

        Assert.IsEmpty(asked);
    }

    private static FunctionModel At(string endpoints) => FunctionModelReader.Read(
        RequestBuilder.Create("any", [("FunctionTemplate", "dockerfile"), ("ContainerBuilder", "buildkit"), ("ContainerBuilderEndpoint", endpoints)]), _ => null);
}
