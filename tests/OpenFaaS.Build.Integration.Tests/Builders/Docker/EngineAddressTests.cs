using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Docker;

/// <summary>Real engines behind the forms of address that are not a socket file: a port, a port with TLS, a named pipe.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
public sealed class EngineAddressTests(TestContext context)
{
    [TestMethod]
    [DataRow("docker", "true", "tcp")]
    [DataRow("docker", "false", "tcp")]
    [DataRow("docker26", "true", "tcp")]
    [DataRow("docker26", "false", "tcp")]
    [DataRow("docker", "true", "npipe")]
    [DataRow("docker26", "false", "npipe")]
    public async Task Publish_EngineBehindAPortOrPipe_BuildsAndPushes(string service, string buildKit, string form)
    {
        var engine = TestServices.Endpoint(service);
        await using var bridge = form == "tcp" ? BuildKitBridge.ToEngineOnTcp(engine) : BuildKitBridge.ToEngineOnPipe(engine);

        await AssertPublishesAsync(Function(bridge, buildKit));
    }

    [TestMethod]
    [DataRow("docker", "true")]
    [DataRow("docker", "false")]
    [DataRow("docker26", "true")]
    [DataRow("docker26", "false")]
    public async Task Publish_EngineWithTls_TakesTheFilesOfTheProperties(string service, string buildKit)
    {
        var authority = new PrivateAuthority(context.Folder());
        var (certificate, key) = authority.IssueClient();
        await using var bridge = BuildKitBridge.ToEngineOnTls(TestServices.Endpoint(service), authority);

        await AssertPublishesAsync(Function(bridge, buildKit)
            .Set("ContainerBuilderCaFile", authority.AuthorityFile).Set("ContainerBuilderCertFile", certificate).Set("ContainerBuilderKeyFile", key));
    }

    [TestMethod]
    [DataRow("true")]
    [DataRow("false")]
    public async Task Publish_EngineWithTlsOfAnotherAuthority_IsACodedError(string buildKit)
    {
        var authority = new PrivateAuthority(Directory.CreateDirectory(Path.Combine(context.Folder(), "theirs")).FullName);
        var other = new PrivateAuthority(Directory.CreateDirectory(Path.Combine(context.Folder(), "other")).FullName);
        var (certificate, key) = authority.IssueClient();
        await using var bridge = BuildKitBridge.ToEngineOnTls(TestServices.Endpoint("docker"), authority);
        var function = Function(bridge, buildKit)
            .Set("ContainerBuilderCaFile", other.AuthorityFile).Set("ContainerBuilderCertFile", certificate).Set("ContainerBuilderKeyFile", key);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.Contains("certificate", failure.Diagnostics[0].Message);
    }

    private static async Task AssertPublishesAsync(BuildKitFunction function)
    {
        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest, function.Messages);
        Assert.AreEqual("built\n", await function.FileAtRegistryAsync("result"));
    }

    private BuildKitFunction Function(BuildKitBridge bridge, string buildKit) =>
        new BuildKitFunction(context, bridge.Address, BuildKitFunction.WithShell + $"ENV THIS={Guid.NewGuid():n}\nRUN echo built > /result\n").ToRegistry()
            .Set("ContainerBuilder", "docker").Set("DockerBuildKit", buildKit);
}
