namespace OpenFaaS.Build.BuildKit.Connections.Exec;

/// <summary><c>docker-container://</c> and <c>podman-container://</c>.</summary>
internal sealed class ContainerForm : ITransportForm
{
    public IBuildKitTransport? TryCreate(BuildKitAddress address, ConnectionSettings settings) =>
        address.Scheme is "docker-container" or "podman-container" ? ContainerTransport.Create($"{address.Scheme}://{address.Rest}", settings) : null;
}
