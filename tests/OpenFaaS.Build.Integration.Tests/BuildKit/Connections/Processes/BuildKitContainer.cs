namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;

/// <summary>A container whose <c>buildctl dial-stdio</c> is a stand-in: busybox's nc to a bridge on a port of this machine.</summary>
internal sealed class BuildKitContainer : IAsyncDisposable
{
    private readonly string cli;
    private readonly string image;
    private readonly BuildKitBridge bridge;

    private BuildKitContainer(string cli, string image, BuildKitBridge bridge)
    {
        (this.cli, this.image, this.bridge) = (cli, image, bridge);
        Name = "ofb-" + Guid.NewGuid().ToString("n");
    }

    public string Name { get; }

    public BuildKitBridge Bridge => bridge;

    /// <summary>Makes an image of busybox and runs a container of it.</summary>
    /// <param name="service">The engine that runs it: <c>docker</c>, <c>docker26</c>, <c>podman</c>.</param>
    /// <param name="daemon">Socket of the engine whose BuildKit is behind it.</param>
    /// <param name="folder">The test's folder.</param>
    /// <param name="script">What <c>buildctl</c> does, null for the way to the daemon; empty for no <c>buildctl</c>.</param>
    public static async Task<BuildKitContainer> RunAsync(string service, string daemon, string folder, string? script, CancellationToken cancellationToken)
    {
        var bridge = BuildKitBridge.OnTcp(daemon);
        var root = Directory.CreateDirectory(Path.Combine(folder, "root", "bin")).Parent!.FullName;
        File.Copy("/bin/busybox", Path.Combine(root, "bin/busybox"));
        File.CreateSymbolicLink(Path.Combine(root, "bin/sh"), "busybox");
        if (script is not "")
        {
            var port = bridge.Address[(bridge.Address.LastIndexOf(':') + 1)..];
            await Tool.WriteScriptAsync(Path.Combine(root, "bin/buildctl"), $"#!/bin/sh\n{script ?? $"exec busybox nc 127.0.0.1 {port}"}\n", cancellationToken);
        }

        var archive = Path.Combine(folder, "root.tar");
        await Tool.RunAsync("tar", ["-cf", archive, "-C", root, "bin"], cancellationToken);
        var cli = TestServices.Fact(service, "CLI");
        var container = new BuildKitContainer(cli, "ofb-standin:" + Guid.NewGuid().ToString("n"), bridge);
        await Tool.RunAsync(cli, ["import", archive, container.image], cancellationToken);
        await Tool.RunAsync(cli, ["run", "-d", "--network", "host", "--name", container.Name, container.image, "/bin/busybox", "sleep", "3600"], cancellationToken);
        return container;
    }

    /// <summary>The command lines of the processes in the container.</summary>
    public Task<string> ProcessesAsync(CancellationToken cancellationToken) => Tool.RunAsync(cli, ["top", Name], cancellationToken);

    /// <summary>Runs the engine's command line tool with this container.</summary>
    public Task RunAsync(string verb, CancellationToken cancellationToken) => Tool.RunAsync(cli, [verb, Name], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Tool.RunAsync(cli, ["rm", "-f", Name], CancellationToken.None);
        await Tool.RunAsync(cli, ["rmi", "-f", image], CancellationToken.None);
        await bridge.DisposeAsync();
    }
}
