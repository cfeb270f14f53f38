using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Ssh;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;

/// <summary>The real ssh client and server on loopback; what is behind buildctl is a bridge to an engine's BuildKit.</summary>
[TestClass]
[RequiresService("docker"), RequiresTool("tools", "ssh", "sshd", "ssh-keygen")]
public sealed class SshTests(TestContext context)
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Connect_Host_ReachesTheDaemonAndLeavesNoProcessBehind(bool named)
    {
        await using var host = await StartAsync();
        var socket = named ? host.Bridge.Address["unix://".Length..] : "";
        await using (var transport = SshTransport.Create(host.Address + socket, host.Settings))
        {
            await using var calls = new TransportCalls(transport);
            Assert.AreEqual(1, await calls.CountWorkersAsync(context.CancellationToken));
            Assert.IsNotEmpty(ClientsOf(host));
        }

        Assert.IsEmpty(ClientsOf(host));
        while (host.Bridge.OpenConnections > 0)
        {
            await Task.Delay(20, context.CancellationToken);
        }
    }

    [TestMethod]
    public async Task Connect_HostWithoutBuildctl_SaysSo() => Assert.AreEqual("OFB5033", (await FailAsync(await StartAsync(hasBuildctl: false))).Descriptor.Code);

    [TestMethod]
    public async Task Connect_NoDaemonThere_SaysWhatBuildctlSays()
    {
        var host = await StartAsync();
        await host.Bridge.StopAsync();

        var failure = await FailAsync(host);

        Assert.AreEqual("OFB5034", failure.Descriptor.Code, failure.Message);
        Assert.Contains("stand-in buildctl: ", failure.Message);
    }

    [TestMethod]
    public async Task Connect_UnknownHost_IsAnErrorAtOnce()
    {
        var host = await StartAsync();
        host.Server.ForgetHost();

        var failure = await FailAsync(host);

        Assert.AreEqual("OFB5032", failure.Descriptor.Code, failure.Message);
        Assert.Contains("Host key verification failed", failure.Message);
    }

    [TestMethod]
    public async Task Connect_KeyIsNotAccepted_IsAnErrorWithoutAPrompt()
    {
        var host = await StartAsync();
        host.Server.ForgetUser();

        var failure = await FailAsync(host);

        Assert.AreEqual("OFB5032", failure.Descriptor.Code, failure.Message);
        Assert.Contains("Permission denied", failure.Message);
    }

    [TestMethod]
    [DataRow("server")]
    [DataRow("daemon")]
    [DataRow("client")]
    public async Task Call_Case81SomethingIsKilled_FailsAtOnce(string what)
    {
        await using var host = await StartAsync();
        await using var transport = SshTransport.Create(host.Address, host.Settings);
        await using var calls = new TransportCalls(transport);

        var failure = await calls.BreakAsync(
            async () =>
            {
                switch (what)
                {
                    case "server":
                        host.Server.Kill();
                        break;
                    case "daemon":
                        await host.Bridge.StopAsync();
                        break;
                    default:
                        foreach (var client in ClientsOf(host))
                        {
                            await Tool.RunAsync("kill", ["-KILL", $"{client}"], context.CancellationToken);
                        }

                        break;
                }
            },
            context.CancellationToken);

        Assert.AreEqual("OFB5035", failure.Descriptor.Code, failure.Message);
    }

    private static IReadOnlyList<int> ClientsOf(BuildKitHost host) => ProcessTable.Naming($"-p\0{host.Server.Port}\0--");

    private Task<BuildKitHost> StartAsync(bool hasBuildctl = true) =>
        BuildKitHost.StartAsync(TestServices.Endpoint("docker"), context.Folder(), hasBuildctl, context.CancellationToken);

    private async Task<Diagnostic> FailAsync(BuildKitHost host)
    {
        await using var owned = host;
        await using var transport = TransportForms.Create(host.Address, host.Settings);
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await transport.ConnectAsync(context.CancellationToken));
        Assert.IsEmpty(ClientsOf(host));
        return failure.Diagnostics[0];
    }
}
