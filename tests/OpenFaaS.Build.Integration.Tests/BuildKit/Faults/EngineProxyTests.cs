using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Faults;

/// <summary>A proxy before an engine of before 23.0 lets not everything through: the error says what, at once or after the time for it, and it is not tried again.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker")]
public sealed class EngineProxyTests(TestContext context)
{
    private const string Forbidden = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    private const string Upgraded = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow("/session", Forbidden, "OFB5015")]
    [DataRow("/session", "", "OFB5014")]
    [DataRow("/grpc", Forbidden, "OFB5015")]
    [DataRow("/grpc", Upgraded, "OFB5014")]
    public async Task Publish_PathNotLetThrough_IsItsOwnErrorAndTheNextBuildWorks(string path, string answer, string code)
    {
        await using var proxy = new EngineProxyStandIn(TestServices.Endpoint("docker"), path, answer);
        var function = new BuildKitFunction(context, proxy.Address, "FROM scratch\nCOPY busybox /\n").ToRegistry();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual(code, failure.Diagnostics.Single().Descriptor.Code, failure.Message);
        Assert.AreEqual(1, proxy.Requests);
        Assert.IsFalse(Directory.Exists(Path.Combine(function.Folder, "bin")));
        await function.Set("ContainerBuilderEndpoint", TestServices.Endpoint("docker")).PublishAsync();
    }
}
