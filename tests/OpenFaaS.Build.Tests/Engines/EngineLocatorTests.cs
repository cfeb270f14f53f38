using System.Net;
using System.Net.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Engines;

[TestClass]
public sealed class EngineLocatorTests(TestContext context)
{
    [TestMethod]
    public async Task Find_NothingAnswers_IsNull()
    {
        Assert.IsNull(await EngineLocator.FindAsync(null, Absent(), context.CancellationToken));
    }

    [TestMethod]
    [DataRow("docker", "unix:///nowhere/docker.sock (")]
    [DataRow("podman", "unix:///nowhere/podman.sock (")]
    public async Task Find_WantedEngineIsAbsent_NamesWhatWasTried(string wanted, string expected)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => EngineLocator.FindAsync(wanted, Absent(), context.CancellationToken));

        Assert.AreEqual("OFB2301", failure.Diagnostics[0].Descriptor.Code);
        StringAssert.Contains(failure.Diagnostics[0].Message, expected, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("docker", "DOCKER_HOST")]
    [DataRow("podman", "CONTAINER_HOST")]
    public async Task Find_PathTooLongForASocket_SaysSo(string wanted, string variable)
    {
        var path = $"/nowhere/{new string('ä', 50)}.sock";

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => EngineLocator.FindAsync(wanted, Environment((variable, "unix://" + path)), context.CancellationToken));

        Assert.AreEqual("OFB2301", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains($"unix://{path} (the path is 114 bytes long, and a Unix socket's has at most ", failure.Message, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Find_ServiceThatNeverAnswers_IsPassedOver()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var host = $"tcp://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";

        Assert.IsNull(await EngineLocator.FindAsync(null, Environment(("DOCKER_HOST", host), ("CONTAINER_HOST", host)), context.CancellationToken));
    }

    [TestMethod]
    public async Task Find_PodmanWanted_DoesNotTakeItsPlaceWhereContainerHostIsSilent()
    {
        var folder = context.Folder();
        var program = Path.Combine(folder, "podman");
        await Tool.WriteScriptAsync(program, "#!/bin/sh\nexit 0\n", context.CancellationToken);

        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => EngineLocator.FindAsync(
            "podman", Environment(("CONTAINER_HOST", "unix:///nowhere/podman.sock"), ("PATH", folder)), context.CancellationToken));
    }

    private static Func<string, string?> Absent() =>
        Environment(("DOCKER_HOST", "unix:///nowhere/docker.sock"), ("CONTAINER_HOST", "unix:///nowhere/podman.sock"));

    private static Func<string, string?> Environment(params (string Name, string Value)[] values) =>
        name => values.FirstOrDefault(pair => pair.Name == name).Value;
}
