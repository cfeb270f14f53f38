namespace OpenFaaS.Build.BuildKit.Connections.Daemonless;

/// <summary>Starts <c>buildkitd</c> of <c>PATH</c> where no daemon is named or found.</summary>
internal sealed class PrivateDaemonStarter : IDaemonStarter
{
    public Task<(IBuildKitTransport? Transport, string Problem)> TryCreateAsync(ConnectionSettings settings, CancellationToken cancellationToken)
    {
        var transport = DaemonlessTransport.TryCreate(settings);
        return Task.FromResult<(IBuildKitTransport?, string)>((transport, transport is null ? "the command buildkitd (it is in no folder of PATH)" : ""));
    }
}
