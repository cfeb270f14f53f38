using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Docker;

/// <summary>Which engine the builder finds, and which of its two builders it uses.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
public sealed class DockerEngineTests(TestContext context)
{
    // Only BuildKit can do this step, and only the classic builder counts steps so.
    private const string BuildKitStep = "RUN --mount=type=tmpfs,target=/t echo built > /result\n";

    [TestMethod]
    [DataRow("docker", null, null)]
    [DataRow("docker26", null, null)]
    [DataRow("docker", "true", "0")]
    [DataRow("docker26", "true", "0")]
    [DataRow("docker", null, "1")]
    public async Task Publish_WithBuildKit_IsTheDefault(string service, string? property, string? variable)
    {
        var function = Function(BuildKitStep, property, variable).Set("ContainerBuilderEndpoint", TestServices.Endpoint(service));

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest, function.Messages);
        Assert.AreEqual("built\n", await function.FileAtRegistryAsync("result"));
        Assert.AreEqual("docker", image.Builder);
        Assert.Contains("with BuildKit", function.Messages);
    }

    [TestMethod]
    [DataRow("docker", "false", null)]
    [DataRow("docker26", "false", "1")]
    [DataRow("docker", null, "0")]
    [DataRow("docker26", null, "0")]
    public async Task Publish_WithoutBuildKit_RefusesWhatOnlyBuildKitCanAndBuildsTheRest(string service, string? property, string? variable)
    {
        var function = Function(BuildKitStep, property, variable).Set("ContainerBuilderEndpoint", TestServices.Endpoint(service));

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());
        Assert.AreEqual("OFB2002", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("RUN --mount", failure.Diagnostics[0].Message);
        function.Write("Dockerfile", BuildKitFunction.WithShell + "RUN echo built > /result\n");
        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest);
        Assert.Contains("classic builder", function.Messages);
    }

    [TestMethod]
    public async Task Publish_EngineOfDockerHost_IsUsed()
    {
        var function = Function("RUN echo built > /result\n", "false", null);
        function.Environment["DOCKER_HOST"] = TestServices.Endpoint("docker");

        await function.PublishAsync();

        Assert.Contains("of DOCKER_HOST", function.Messages);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Publish_EngineOfTheCurrentContext_IsUsed(bool byVariable)
    {
        var config = Directory.CreateDirectory(Path.Combine(context.Folder(), "docker-config")).FullName;
        var meta = Directory.CreateDirectory(Path.Combine(config, "contexts", "meta", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("mine"))))).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(meta, "meta.json"), """{"Name":"mine","Metadata":{},"Endpoints":{"docker":{"Host":"HOST","SkipTLSVerify":false}}}""".Replace("HOST", TestServices.Endpoint("docker26"), StringComparison.Ordinal), context.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(config, "config.json"), byVariable ? """{"currentContext":"other"}""" : """{"currentContext":"mine"}""", context.CancellationToken);
        var function = Function("RUN echo built > /result\n", null, null);
        function.Environment["DOCKER_CONFIG"] = config;
        if (byVariable)
        {
            function.Environment["DOCKER_CONTEXT"] = "mine";
        }

        await function.PublishAsync();

        Assert.Contains("of the docker context 'mine'", function.Messages);
    }

    [TestMethod]
    public async Task Publish_NoEngineThere_SaysWhatWasTried()
    {
        var function = Function("RUN true\n", "false", null);
        function.Environment["DOCKER_HOST"] = "unix:///nowhere/docker.sock";

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual("OFB2401", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("unix:///nowhere/docker.sock, named by DOCKER_HOST", failure.Diagnostics[0].Message);
    }

    [TestMethod]
    [RequiresService("podman")]
    public async Task Publish_PodmanIsBehindTheAddress_IsSaid()
    {
        var function = Function("RUN true\n", "false", null).Set("ContainerBuilderEndpoint", TestServices.Endpoint("podman"));

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual("OFB2403", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("ContainerBuilder=podman", failure.Diagnostics[0].Message);
    }

    private BuildKitFunction Function(string steps, string? property, string? variable)
    {
        var function = new BuildKitFunction(context, "", BuildKitFunction.WithShell + steps).ToRegistry().Set("ContainerBuilder", "docker").Set("DockerBuildKit", property ?? "");
        if (variable is not null)
        {
            function.Environment["DOCKER_BUILDKIT"] = variable;
        }

        return function;
    }
}
