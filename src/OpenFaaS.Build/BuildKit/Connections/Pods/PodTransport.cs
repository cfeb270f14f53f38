using System.Net;
using OpenFaaS.Build.BuildKit.Connections.Stdio;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.BuildKit.Connections.Pods;

/// <summary>A daemon in a pod, through the cluster's API server: no command line tool, service or port is needed.</summary>
internal sealed class PodTransport : DialledTransport
{
    private static readonly string[] Command = ["buildctl", "dial-stdio"];
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private readonly PodAddress address;
    private readonly ConnectionSettings settings;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim opening = new(1);
    private Cluster? cluster;

    private PodTransport(PodAddress address, ConnectionSettings settings, TimeProvider time) => (this.address, this.settings, this.time) = (address, settings, time);

    public override string Address => address.ToString();

    /// <summary>The transport for an address; nothing is opened yet.</summary>
    /// <param name="address"><c>kube-pod://POD</c> or <c>kube-deployment://NAME</c>, see <see cref="PodAddress.Parse"/>.</param>
    /// <param name="settings">Its environment names the kubeconfig.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="DiagnosticException">The address cannot be used (OFB2815).</exception>
    public static PodTransport Create(string address, ConnectionSettings settings, TimeProvider? time = null) =>
        new(PodAddress.Parse(address), settings, time ?? TimeProvider.System);

    public override TimeSpan OpeningTime => TimeSpan.FromSeconds(90);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        cluster?.Dispose();
    }

    protected override async Task<Stream> DialAsync(CancellationToken cancellationToken)
    {
        var open = await OpenAsync(cancellationToken);
        var pod = address.IsDeployment ? (await ReadyPods.FindAsync(open, address, cancellationToken))[0] : address;
        var place = new PodPlace(pod.Name, pod.Namespace ?? open.Settings.Namespace, pod.Container);
        var command = await open.ExecAsync(place, Command, cancellationToken, HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.Conflict);
        var end = new PodEnd(open, place, command, time);
        return command is null
            ? throw await end.ExplainAsync(greeted: false, "the API server does not start commands in it")
            : await DialledStream.OpenAsync(command, end.ExplainAsync, Silence, time, cancellationToken);
    }

    private async Task<Cluster> OpenAsync(CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken);
        try
        {
            return cluster ??= await Cluster.OpenAsync(address.Context, settings.AllowInsecure, settings.Environment, time, cancellationToken);
        }
        finally
        {
            opening.Release();
        }
    }
}
