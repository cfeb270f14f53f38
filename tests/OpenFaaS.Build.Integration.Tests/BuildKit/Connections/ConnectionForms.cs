using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Pods;
using OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections;

/// <summary>All forms of address that the contract holds for. A new form is one more line.</summary>
internal static class ConnectionForms
{
    public static IReadOnlyList<ConnectionForm> All { get; } =
    [
        new("engine", true, (engine, _, _) => Task.FromResult(new RunningForm(Settings(engine)))),
        new("unix", false, (engine, _, _) => OverAsync(BuildKitBridge.OnUnix(engine))),
        new("tcp", false, (engine, _, _) => OverAsync(BuildKitBridge.OnTcp(engine))),
        new("mtls", false, MutualTlsAsync),
        new("npipe", false, (engine, _, _) => OverAsync(BuildKitBridge.OnPipe(engine))),
        new("docker-container", false, ContainerAsync),
        new("ssh", false, SshAsync),
        new("daemonless", false, DaemonlessAsync),
        new("kube-pod", false, (engine, folder, _) => PodAsync(engine, folder, "kube-pod://buildkitd-0?container=buildkitd", isOld: false)),
        new("kube-deployment", false, (engine, folder, _) => PodAsync(engine, folder, "kube-deployment://buildkitd", isOld: true)),
        new("engine-direct", true, (engine, _, _) => NewerAsync(new NewEngineStandIn(engine, servesGrpc: true))),
        new("engine-behind-http1", true, (engine, _, _) => NewerAsync(new NewEngineStandIn(engine, servesGrpc: false))),
    ];

    /// <summary>Settings for one address and an empty environment.</summary>
    public static ConnectionSettings Settings(string address) => new() { Endpoints = [address], Environment = _ => null };

    private static Task<RunningForm> OverAsync(BuildKitBridge bridge) =>
        Task.FromResult(new RunningForm(Settings(bridge.Address), bridge, () => bridge.OpenConnections));

    private static async Task<RunningForm> ContainerAsync(string engine, string folder, CancellationToken cancellationToken)
    {
        var container = await BuildKitContainer.RunAsync("docker", engine, folder, null, cancellationToken);
        var settings = Settings("docker-container://" + container.Name) with { Environment = name => name == "DOCKER_HOST" ? TestServices.Endpoint("docker") : null };
        return new RunningForm(settings, container, () => container.Bridge.OpenConnections);
    }

    private static async Task<RunningForm> SshAsync(string engine, string folder, CancellationToken cancellationToken)
    {
        var host = await BuildKitHost.StartAsync(engine, folder, hasBuildctl: true, cancellationToken);
        return new RunningForm(host.Settings, host, () => host.Bridge.OpenConnections);
    }

    private static Task<RunningForm> PodAsync(string engine, string folder, string address, bool isOld)
    {
        var pods = BuildKitPods.Start(engine, folder);
        pods.Server.Faults.IsOld = isOld;
        pods.AddDeployment("buildkitd");
        pods.AddPod("buildkitd-0", "buildkitd");
        return Task.FromResult(new RunningForm(Settings(address) with { Environment = pods.Environment }, pods, () => pods.Bridge.OpenConnections));
    }

    private static async Task<RunningForm> DaemonlessAsync(string engine, string folder, CancellationToken cancellationToken)
    {
        await StandIn.WriteDaemonAsync(folder, engine, cancellationToken);
        Func<string, string?> environment = name => name switch { "PATH" => folder, "XDG_CACHE_HOME" => Path.Combine(folder, "cache"), _ => null };
        return new RunningForm(new ConnectionSettings { Environment = environment });
    }

    private static Task<RunningForm> NewerAsync(NewEngineStandIn engine) => Task.FromResult(new RunningForm(Settings(engine.Address), engine));

    private static Task<RunningForm> MutualTlsAsync(string engine, string folder, CancellationToken cancellationToken)
    {
        var authority = new PrivateAuthority(folder);
        var (certificate, key) = authority.IssueClient();
        var bridge = BuildKitBridge.OnTls(engine, authority.Load(), authority);
        var settings = Settings(bridge.Address) with { CaFile = authority.AuthorityFile, CertFile = certificate, KeyFile = key };
        return Task.FromResult(new RunningForm(settings, bridge, () => bridge.OpenConnections));
    }
}
