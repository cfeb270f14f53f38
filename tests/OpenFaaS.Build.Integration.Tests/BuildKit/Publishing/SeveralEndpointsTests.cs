using OpenFaaS.Build.Diagnostics;
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
        for (var i = 0; i < 6; i++)
        {
            var function = new BuildKitFunction(context, $"{first.Address};{second.Address}", "FROM scratch\nCOPY busybox /\n").ToRegistry();
            await function.PublishAsync();
            warned += function.Log.Diagnostics.Count(diagnostic => diagnostic.Descriptor.Code == "OFB5501");
        }

        // Half of the functions belong to it, give or take; none fails.
        Assert.IsInRange(0, 6, warned);
        Assert.IsGreaterThan(0, second.Connections);
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
}
