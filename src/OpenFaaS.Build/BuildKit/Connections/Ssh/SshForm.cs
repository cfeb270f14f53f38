namespace OpenFaaS.Build.BuildKit.Connections.Ssh;

/// <summary><c>ssh://</c>.</summary>
internal sealed class SshForm : ITransportForm
{
    public IBuildKitTransport? TryCreate(BuildKitAddress address, ConnectionSettings settings) =>
        address.Scheme == "ssh" ? SshTransport.Create("ssh://" + address.Rest, settings) : null;
}
