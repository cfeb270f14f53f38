using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using k8s;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>
/// Opens WebSockets on the client's own connections, with its certificates and proxy, and offers the sub-protocol that can close standard input alone
/// (Kubernetes 1.30) before the older one. What the server answers instead is an error of its status.
/// </summary>
internal sealed class PodSocketBuilder : WebSocketBuilder
{
    /// <summary>The sub-protocol in which one side can close a single channel.</summary>
    public const string ClosingProtocol = "v5.channel.k8s.io";

    private readonly SocketsHttpHandler connections;

    public PodSocketBuilder(SocketsHttpHandler connections, string? serverName)
    {
        this.connections = connections;
        if (serverName is not null)
        {
            Options.SetRequestHeader("Host", serverName);
        }

        Options.AddSubProtocol(ClosingProtocol);
        Options.CollectHttpResponseDetails = true;
        Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
    }

    /// <inheritdoc/>
    public override WebSocketBuilder AddClientCertificate(X509Certificate2 certificate) => this;

    /// <inheritdoc/>
    public override async Task<WebSocket> BuildAndConnectAsync(Uri uri, CancellationToken cancellationToken)
    {
        // It stands in the connections' options already, and may not stand in both.
        Options.RemoteCertificateValidationCallback = null;
        using var invoker = new HttpMessageInvoker(connections, disposeHandler: false);
        try
        {
            await WebSocket.ConnectAsync(uri, invoker, cancellationToken);
            return WebSocket;
        }
        catch (WebSocketException e)
        {
            var status = WebSocket.HttpStatusCode;
            WebSocket.Dispose();
            if (status is 0 or HttpStatusCode.SwitchingProtocols or HttpStatusCode.OK)
            {
                throw e.InnerException is HttpRequestException failed ? failed : new IOException(e.Message, e);
            }

            using var response = new HttpResponseMessage(status);
            throw ClusterClient.Failed(status, response, "");
        }
    }
}
