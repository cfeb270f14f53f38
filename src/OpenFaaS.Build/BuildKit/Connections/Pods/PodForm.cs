namespace OpenFaaS.Build.BuildKit.Connections.Pods;

/// <summary><c>kube-pod://</c> and <c>kube-deployment://</c>.</summary>
internal sealed class PodForm : ITransportForm
{
    public IBuildKitTransport? TryCreate(BuildKitAddress address, ConnectionSettings settings) =>
        address.Scheme is "kube-pod" or PodAddress.DeploymentScheme ? PodTransport.Create($"{address.Scheme}://{address.Rest}", settings) : null;
}
