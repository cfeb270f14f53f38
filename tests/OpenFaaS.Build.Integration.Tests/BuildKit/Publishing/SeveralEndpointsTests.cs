using OpenFaaS.Build.Builders.BuildKit.Endpoints;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Faults;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>Several daemons share the functions, and one that is down is left out.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker26")]
public sealed class SeveralEndpointsTests(TestContext context)
{
    [TestMethod]
    public async Task Publish_OneEndpointIsDown_IsLeftOutWithAWarning()
    {
        await using var first = BuildKitBridge.OnUnix(TestServices.Endpoint("docker26"));
        await using var second = BuildKitBridge.OnTcp(TestServices.Endpoint("docker26"));
        await first.StopAsync();
        var warned = 0;
        var expected = 0;
        for (var i = 0; i < 6; i++)
        {
            string[] both = [first.Address, second.Address];
            var function = new BuildKitFunction(context, string.Join(';', both), "FROM scratch\nCOPY busybox /\n").ToRegistry();
            expected += RendezvousOrder.Of(both, function.Name)[0] == first.Address ? 1 : 0;

            await function.PublishAsync();

            warned += function.Log.Diagnostics.Count(diagnostic => diagnostic.Descriptor.Code == "OFB5501");
        }

        Assert.AreEqual(expected, warned);
        Assert.IsGreaterThan(0, second.Connections);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Publish_Case81ItsDaemonDiesOnceItIsConnected_MovesToTheOther(bool isEngine)
    {
        await using var first = Bridge(isEngine);
        await using var second = Bridge(isEngine);
        string[] both = [first.Address, second.Address];
        var function = new BuildKitFunction(context, string.Join(';', both), "FROM scratch\nCOPY busybox /\n").ToRegistry();
        var (own, other) = RendezvousOrder.Of(both, function.Name)[0] == first.Address ? (first, second) : (second, first);
        var log = new TriggerLog("Builder:", () => own.StopAsync().Wait());

        Assert.AreEqual((await function.PublishAsync(log)).Digest, await function.AtRegistryAsync("{{.Digest}}"));

        Assert.IsTrue(log.HasActed);
        Assert.IsGreaterThan(0, own.Connections);
        Assert.IsGreaterThan(0, other.Connections);
        var warning = log.Diagnostics.Single();
        Assert.AreEqual("OFB5501", warning.Descriptor.Code, warning.Message);
        Assert.Contains(own.Address, warning.Message);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Publish_Case81OnlyDaemonIsRestartedOnceItIsConnected_IsTriedOnceMore(bool isEngine)
    {
        await using var bridge = Bridge(isEngine);
        var function = new BuildKitFunction(context, bridge.Address, "FROM scratch\nCOPY busybox /\n").ToRegistry();
        var restart = new TriggerLog("trying once more", bridge.Start);

        await function.PublishAsync(new TriggerLog("Builder:", () => bridge.StopAsync().Wait(), restart));

        Assert.IsTrue(restart.HasActed);
    }

    [TestMethod]
    public async Task Connect_AfterALoss_GoesToTheOtherEndpoint()
    {
        await using var first = BuildKitBridge.OnUnix(TestServices.Endpoint("docker26"));
        await using var second = BuildKitBridge.OnTcp(TestServices.Endpoint("docker26"));
        await using var pool = new EndpointPool(_ => null);
        var log = new RecordingLog();
        var function = FunctionModelReader.Read(new BuildKitFunction(context, $"{first.Address};{second.Address}", "FROM scratch\n").Request(), _ => null);
        var chosen = await pool.ConnectAsync(function, log, context.CancellationToken);
        var isFirst = RendezvousOrder.Of([first.Address, second.Address], function.Name.Value)[0] == first.Address;
        await (isFirst ? first : second).StopAsync();

        Assert.AreSame(chosen, await pool.ConnectAsync(function, log, context.CancellationToken));
        pool.Forget(chosen);
        var other = await pool.ConnectAsync(function, log, context.CancellationToken);

        Assert.AreEqual((isFirst ? second : first).Address, other.Address);
        Assert.AreEqual("OFB5501", log.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public async Task Connect_DaemonComesBackAfterAFailedAttempt_IsUsedAgain()
    {
        await using var bridge = BuildKitBridge.OnUnix(TestServices.Endpoint("docker26"));
        var time = new FastTime(10);
        await using var pool = new EndpointPool(_ => null, time);
        var log = new RecordingLog();
        var function = FunctionModelReader.Read(new BuildKitFunction(context, bridge.Address, "FROM scratch\n").Request(), _ => null);
        pool.Forget(await pool.ConnectAsync(function, log, context.CancellationToken));
        await bridge.StopAsync();
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => pool.ConnectAsync(function, log, context.CancellationToken));
        bridge.Start();
        await Task.Delay(TimeSpan.FromSeconds(6), time, context.CancellationToken);

        Assert.AreEqual(bridge.Address, (await pool.ConnectAsync(function, log, context.CancellationToken)).Address);
    }

    [TestMethod]
    public async Task Publish_AllAreDown_NamesEach()
    {
        var function = new BuildKitFunction(context, "unix:///nowhere/a.sock;unix:///nowhere/b.sock", "FROM scratch\nCOPY busybox /\n").ToRegistry();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        var text = string.Join('\n', failure.Diagnostics.Select(diagnostic => diagnostic.Message));
        Assert.Contains("/nowhere/a.sock", text);
        Assert.Contains("/nowhere/b.sock", text);
    }

    // An engine's own socket gives every session a connection of its own.
    private static BuildKitBridge Bridge(bool isEngine) =>
        isEngine ? BuildKitBridge.ToEngineOnUnix(TestServices.Endpoint("docker26")) : BuildKitBridge.OnUnix(TestServices.Endpoint("docker26"));
}
