using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Solving.Caches;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>A registry of caches, a stand-in, whose token server refuses the stored account, and caches of builds that do not begin.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26")]
public sealed class CacheAccessTests(TestContext context)
{
    [TestMethod]
    [DataRow("docker", "ContainerCacheFrom", "type=registry,ref={0}/cache:v1")]
    [DataRow("docker26", "ContainerCacheFrom", "type=registry,ref={0}/cache:v1")]
    [DataRow("docker26", "ContainerCacheTo", "type=registry,ref={0}/cache:v1,ignore-error=true")]
    public async Task Publish_AccountIsRefusedForTheCacheOnly_SucceedsWithAWarning(string service, string item, string value)
    {
        await using var registry = Refusing();
        var function = Function(service, registry).Add(item, value.Replace("{0}", registry.Name, StringComparison.Ordinal));

        Assert.AreEqual((await function.PublishAsync()).Digest, await function.AtRegistryAsync("{{.Digest}}"));

        Assert.IsTrue(registry.Requests.Any(request => request.Path.StartsWith("/token", StringComparison.Ordinal)), "no token was asked for");
        Assert.IsTrue(function.Log.Diagnostics.Any(diagnostic => diagnostic.Descriptor.Code == "OFB5104"), string.Join('\n', function.Log.Diagnostics.Select(diagnostic => diagnostic.Message)));
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_AccountIsRefusedForTheBaseImage_IsTheRegistrysError(string service)
    {
        await using var registry = Refusing();
        var function = Function(service, registry, $"FROM {registry.Name}/base:v1\nCOPY busybox /\n");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.StartsWith("OFB3", failure.Diagnostics[0].Descriptor.Code, failure.Message);
    }

    [TestMethod]
    public async Task Publish_SecretIsMissing_LeavesTheCacheToOthers()
    {
        var cache = Path.Combine(context.Folder(), "cache");
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), "FROM scratch\nCOPY busybox /\n").ToRegistry()
            .Add("ContainerCacheTo", "type=local,dest=" + cache).Add("ContainerBuildSecret", "s", "Source", "file:/nowhere");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual("OFB5112", failure.Diagnostics[0].Descriptor.Code, failure.Message);
        using var alone = await LayoutLock.AcquireAsync(Path.Combine(cache, LocalCacheExport.UseFile), 1, TimeProvider.System, context.CancellationToken);
        Assert.IsNotNull(alone);
    }

    private BuildKitFunction Function(string service, StandInServer registry, string dockerfile = "FROM scratch\nCOPY busybox /\n")
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), dockerfile).ToRegistry();
        function.Environment["DOCKER_AUTH_CONFIG"] = PrivateRegistry.Config(registry.Name, "user:old");
        return function;
    }

    private static StandInServer Refusing()
    {
        StandInServer? server = null;
        server = new StandInServer(request => request.Path.StartsWith("/token", StringComparison.Ordinal)
            ? new StandInReply(401)
            : new StandInReply(401) { Headers = [("WWW-Authenticate", $"Bearer realm=\"http://{server!.Name}/token\",service=\"caches\"")] });
        return server;
    }
}
