using OpenFaaS.Build.BuildKit.Connections;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;

/// <summary>A host behind a real sshd, with a stand-in <c>buildctl</c> to a bridge.</summary>
internal sealed class BuildKitHost : IAsyncDisposable
{
    private BuildKitHost(SshLoginServer server, BuildKitBridge bridge) => (Server, Bridge) = (server, bridge);

    public SshLoginServer Server { get; }

    public BuildKitBridge Bridge { get; }

    /// <summary>Its address; a path of a socket may follow.</summary>
    public string Address => $"ssh://{Environment.UserName}@127.0.0.1:{Server.Port}";

    /// <summary>Settings under which its keys are known.</summary>
    public ConnectionSettings Settings => new() { Endpoints = [Address], Environment = name => name == "PATH" ? Server.ClientFolder : null };

    /// <summary>Starts it.</summary>
    /// <param name="daemon">Socket of the engine whose BuildKit is behind it.</param>
    /// <param name="folder">The test's folder.</param>
    /// <param name="hasBuildctl">Whether the host has a buildctl.</param>
    public static async Task<BuildKitHost> StartAsync(string daemon, string folder, bool hasBuildctl, CancellationToken cancellationToken)
    {
        var bridge = BuildKitBridge.OnUnix(daemon);
        var bin = Path.Combine(folder, "remote");
        if (hasBuildctl)
        {
            await StandIn.WriteDialAsync(bin, bridge.Address["unix://".Length..], cancellationToken);
        }

        var keys = Directory.CreateDirectory(Path.Combine(folder, "keys")).FullName;
        return new BuildKitHost(await SshLoginServer.StartAsync(keys, $"{bin}:{Environment.GetEnvironmentVariable("PATH")}", cancellationToken), bridge);
    }

    public async ValueTask DisposeAsync()
    {
        Server.Dispose();
        await Bridge.DisposeAsync();
    }
}
