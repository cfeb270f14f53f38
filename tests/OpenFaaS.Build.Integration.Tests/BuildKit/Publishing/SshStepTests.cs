using System.Globalization;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>A step logs in with the real ssh client through the forwarded agent; the key itself never leaves this machine.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresTool("tools", "ssh", "sshd", "ssh-keygen", "ssh-agent")]
public sealed partial class SshStepTests(TestContext context)
{
    [TestMethod]
    [DataRow("docker", true)]
    [DataRow("docker26", true)]
    [DataRow("docker", false)]
    [DataRow("docker26", false)]
    public async Task Publish_StepLogsInThroughTheAgent_SaysWhatTheHostSays(string service, bool isAgent)
    {
        var keys = Directory.CreateDirectory(Path.Combine(context.Folder(), "keys")).FullName;
        using var server = await SshLoginServer.StartAsync(keys, "/usr/bin:/bin", context.CancellationToken);
        var (said, key) = (Guid.NewGuid().ToString("n"), Path.Combine(keys, "user"));
        await File.WriteAllTextAsync(Path.Combine(keys, "said"), said, context.CancellationToken);
        using var agent = isAgent ? await ForwardedAgent.StartAsync(key, context.CancellationToken) : null;
        var function = await FunctionAsync(service, $"RUN --mount=type=ssh {Login(server.Port)} cat {keys}/said > /said\n", keys);
        function.Add("ContainerBuildSsh", "default", "Source", isAgent ? agent!.Socket : key);
        function.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH")!;

        var image = await function.PublishAsync();

        Assert.AreEqual(said, await function.FileAtRegistryAsync("said"), function.Messages);
        var secret = (await File.ReadAllLinesAsync(key, context.CancellationToken))[1];
        Assert.DoesNotContain(secret, image.Configuration + image.Manifest + function.Messages);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_AgentHasAnotherKey_TheHostRefuses(string service)
    {
        var keys = Directory.CreateDirectory(Path.Combine(context.Folder(), "keys")).FullName;
        using var server = await SshLoginServer.StartAsync(keys, "/usr/bin:/bin", context.CancellationToken);
        var other = Path.Combine(context.Folder(), "other");
        await Tool.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", other], context.CancellationToken);
        using var agent = await ForwardedAgent.StartAsync(other, context.CancellationToken);
        var function = await FunctionAsync(service, $"RUN --mount=type=ssh {Login(server.Port)} true\n", keys);
        function.Add("ContainerBuildSsh", "default", "Source", agent.Socket);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual("OFB5401", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("Permission denied", failure.Diagnostics[0].Message);
    }

    private static string Login(int port) =>
        string.Create(CultureInfo.InvariantCulture, $"ssh -F /dev/null -o BatchMode=yes -o UserKnownHostsFile=/known_hosts -p {port} {Environment.UserName}@127.0.0.1");

    // This machine's ssh with the libraries that it is linked with, on the network of the host: sshd is on loopback.
    private async Task<BuildKitFunction> FunctionAsync(string service, string step, string keys)
    {
        var dockerfile = BuildKitFunction.WithShell + "COPY client /\nCOPY known_hosts /\n" + $"ENV THIS={Guid.NewGuid():n}\n" + step;
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), dockerfile).ToRegistry()
            .Set("ContainerNetwork", "host").Add("ContainerAllow", "network.host");
        File.Copy(Path.Combine(keys, "known_hosts"), Path.Combine(function.Folder, "known_hosts"));
        function.Write("client/etc/passwd", "root:x:0:0::/:/bin/sh\n");
        foreach (Match file in FullPath().Matches("=> /usr/bin/ssh (0x0)\n" + await Tool.RunAsync("ldd", ["/usr/bin/ssh"], context.CancellationToken)))
        {
            var path = Path.Join(function.Folder, "client", file.Groups[1].Value == "/usr/bin/ssh" ? "/bin/ssh" : file.Groups[1].Value);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file.Groups[1].Value, path);
        }

        return function;
    }

    [GeneratedRegex(@"(/\S+) \(0x")]
    private static partial Regex FullPath();
}
