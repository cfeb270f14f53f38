using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Exec;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;

/// <summary>Daemons in containers of real engines; what is behind their buildctl is a bridge to an engine's BuildKit.</summary>
[TestClass]
[RequiresService("docker"), RequiresService("docker26"), RequiresService("podman"), RequiresService("tools")]
public sealed class ContainerTests(TestContext context)
{
    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    [DataRow("podman")]
    public async Task Connect_RunningContainer_ReachesTheDaemonAndLeavesNoCommandBehind(string service)
    {
        await using var container = await RunAsync(service);
        await using (var transport = Transport(service, container.Name))
        {
            await using var calls = new TransportCalls(transport);
            Assert.AreEqual(1, await calls.CountWorkersAsync(context.CancellationToken));
            Assert.Contains(" nc 127.0.0.1", await container.ProcessesAsync(context.CancellationToken));
        }

        await UntilAsync(container, " nc 127.0.0.1", false);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    [DataRow("podman")]
    public async Task Connect_NoSuchContainer_SaysSo(string service) =>
        Assert.AreEqual("OFB5022", (await FailAsync(service, "ofb-" + Guid.NewGuid().ToString("n"))).Descriptor.Code);

    [TestMethod]
    [DataRow("docker", "stop")]
    [DataRow("docker", "pause")]
    [DataRow("docker26", "stop")]
    [DataRow("podman", "stop")]
    public async Task Connect_ContainerDoesNotRun_SaysSo(string service, string verb)
    {
        await using var container = await RunAsync(service);
        await container.RunAsync(verb == "stop" ? "kill" : verb, context.CancellationToken);

        var failure = await FailAsync(service, container.Name);

        Assert.AreEqual("OFB5023", failure.Descriptor.Code, failure.Message);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    [DataRow("podman")]
    public async Task Connect_NoBuildctlInIt_SaysSo(string service)
    {
        await using var container = await RunAsync(service, "");

        var failure = await FailAsync(service, container.Name);

        Assert.AreEqual("OFB5024", failure.Descriptor.Code, failure.Message);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("podman")]
    public async Task Connect_NoDaemonInIt_SaysWhatBuildctlSays(string service)
    {
        await using var container = await RunAsync(service, "printf 'error: \\033[31mno daemon\\n' >&2; exit 1");

        var failure = await FailAsync(service, container.Name);

        Assert.AreEqual("OFB5025", failure.Descriptor.Code, failure.Message);
        Assert.Contains("exit code 1: error:  [31mno daemon", failure.Message);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    [DataRow("podman")]
    public async Task Call_Case81ContainerIsKilled_FailsAtOnce(string service)
    {
        await using var container = await RunAsync(service);
        await using var transport = Transport(service, container.Name);
        await using var calls = new TransportCalls(transport);

        var failure = await calls.BreakAsync(() => container.RunAsync("kill", context.CancellationToken), context.CancellationToken);

        Assert.AreEqual("OFB5026", failure.Descriptor.Code, failure.Message);
        // Podman's containers are 'stopped' for a moment.
        Assert.Contains("the container is in the state '", failure.Message);
    }

    [TestMethod]
    public async Task Call_Case81DaemonCloses_FailsAtOnce()
    {
        await using var container = await RunAsync("docker");
        await using var transport = Transport("docker", container.Name);
        await using var calls = new TransportCalls(transport);

        var failure = await calls.BreakAsync(container.Bridge.StopAsync, context.CancellationToken);

        Assert.AreEqual("OFB5026", failure.Descriptor.Code, failure.Message);
        Assert.Contains("exit code ", failure.Message);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("podman")]
    public async Task Connect_Case82Cancelled_EndsTheCommand(string service)
    {
        await using var container = await RunAsync(service, "exec busybox cat >/dev/null");
        await using var transport = Transport(service, container.Name);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var connecting = transport.ConnectAsync(cancel.Token).AsTask();
        await UntilAsync(container, " cat", true);

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
        await UntilAsync(container, " cat", false);
    }

    [TestMethod]
    [DataRow("docker-container")]
    [DataRow("podman-container")]
    public async Task Connect_NoEngine_NamesWhatWasTried(string scheme)
    {
        var settings = new ConnectionSettings { Environment = name => name is "DOCKER_HOST" or "CONTAINER_HOST" ? "unix:///nowhere/engine.sock" : null };
        await using var transport = ContainerTransport.Create(scheme + "://a", settings);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await transport.ConnectAsync(context.CancellationToken));

        Assert.AreEqual("OFB5021", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("unix:///nowhere/engine.sock (", failure.Message);
    }

    private static ContainerTransport Transport(string service, string name)
    {
        var (scheme, variable) = service == "podman" ? ("podman-container", "CONTAINER_HOST") : ("docker-container", "DOCKER_HOST");
        return ContainerTransport.Create($"{scheme}://{name}", new ConnectionSettings { Environment = asked => asked == variable ? TestServices.Endpoint(service) : null });
    }

    private async Task UntilAsync(BuildKitContainer container, string command, bool runs)
    {
        while ((await container.ProcessesAsync(context.CancellationToken)).Contains(command, StringComparison.Ordinal) != runs)
        {
            await Task.Delay(50, context.CancellationToken);
        }
    }

    private Task<BuildKitContainer> RunAsync(string service, string? script = null) =>
        BuildKitContainer.RunAsync(service, TestServices.Endpoint("docker"), context.Folder(), script, context.CancellationToken);

    private async Task<Diagnostic> FailAsync(string service, string name)
    {
        await using var transport = Transport(service, name);
        return (await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await transport.ConnectAsync(context.CancellationToken))).Diagnostics[0];
    }
}
