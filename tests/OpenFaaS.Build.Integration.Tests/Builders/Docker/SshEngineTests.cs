using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Docker;

/// <summary>An engine on another host: a real ssh client and server, and the engine's command line behind them.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresTool("tools", "ssh", "sshd", "ssh-keygen")]
public sealed class SshEngineTests(TestContext context)
{
    [TestMethod]
    [DataRow("docker", "false")]
    [DataRow("docker26", "false")]
    [DataRow("docker", "true")]
    [DataRow("docker26", "true")]
    public async Task Publish_EngineOverSsh_BuildsAndPushes(string service, string buildKit)
    {
        using var server = await StartAsync(service);
        var function = Function(server, buildKit);

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest, function.Messages);
        Assert.AreEqual("built\n", await function.FileAtRegistryAsync("result"));
        Assert.Contains("ssh://", function.Messages);
    }

    [TestMethod]
    public async Task Publish_NoDockerOnTheOtherSide_SaysWhatTheShellSays()
    {
        using var server = await StartAsync(null);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Function(server, "false").PublishAsync());

        Assert.AreEqual("OFB2401", failure.Diagnostics[0].Descriptor.Code, failure.Message);
        Assert.Contains("exit code 127", failure.Diagnostics[0].Message);
    }

    private async Task<SshLoginServer> StartAsync(string? service)
    {
        var commands = Directory.CreateDirectory(Path.Combine(context.Folder(), "commands")).FullName;
        if (service is not null)
        {
            await Tool.WriteScriptAsync(Path.Combine(commands, "docker"), $"#!/bin/sh\nexec {TestServices.Fact(service, "CLI")} \"$@\"\n", context.CancellationToken);
        }

        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "ssh")).FullName;
        return await SshLoginServer.StartAsync(folder, service is null ? commands : commands + ":/usr/bin:/bin", context.CancellationToken);
    }

    private BuildKitFunction Function(SshLoginServer server, string buildKit)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"ssh://{Environment.UserName}@127.0.0.1:{server.Port}");
        var function = new BuildKitFunction(context, address, BuildKitFunction.WithShell + "RUN echo built > /result\n").ToRegistry()
            .Set("ContainerBuilder", "docker").Set("DockerBuildKit", buildKit);
        function.Environment["PATH"] = $"{server.ClientFolder}:{Environment.GetEnvironmentVariable("PATH")}";
        return function;
    }
}
