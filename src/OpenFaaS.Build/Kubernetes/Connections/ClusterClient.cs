using System.Net;
using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Autorest;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Configuration;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>Makes the client library's client: never redirected, answers bounded, WebSockets on the same connections as all else.</summary>
internal static class ClusterClient
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    /// <param name="settings">How the cluster is reached.</param>
    /// <param name="shown">Holds the certificate that the connections show.</param>
    /// <param name="credentials">Gives the tokens.</param>
    /// <param name="trust">Decides on the server's certificate.</param>
    /// <exception cref="DiagnosticException">The client's certificate cannot be used (OFB2801).</exception>
    public static k8s.Kubernetes Create(ClusterSettings settings, ClusterCredential shown, ClusterCredentials credentials, ClusterTrust trust)
    {
        SocketsHttpHandler? connections = null;
        var configuration = new KubernetesClientConfiguration
        {
            Host = settings.Server.AbsoluteUri,
            Namespace = settings.Namespace,
            TokenProvider = credentials,
            TlsServerName = settings.ServerName,
            UserAgent = "OpenFaaS.Build.Sdk",
            ClientCertificateData = Base64(shown.Certificate),
            ClientCertificateKeyData = Base64(shown.Key),
            FirstMessageHandlerSetup = handler =>
            {
                connections = handler;
                handler.AllowAutoRedirect = false;
                handler.UseCookies = false;
                handler.ConnectTimeout = ConnectTimeout;
                handler.MaxResponseHeadersLength = 64;
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(10);
                handler.UseProxy = settings.Proxy is not null || !AddressPolicy.IsLoopback(settings.Server);
                handler.Proxy = settings.Proxy is { } proxy ? ProxyOf(proxy) : null;
                handler.SslOptions.RemoteCertificateValidationCallback = trust.Validate;
            },
        };
        try
        {
            var client = new k8s.Kubernetes(configuration, new BoundedReplies());
            client.CreateWebSocketBuilder = () => new PodSocketBuilder(connections!, settings.ServerName);
            return client;
        }
        catch (CryptographicException e)
        {
            throw KubernetesDiagnostics.ConfigurationInvalid.With(settings.Origin, "the client's certificate and key cannot be used together").ToException(e);
        }
    }

    /// <summary>The answer to a GET whose body is read piece by piece.</summary>
    /// <exception cref="HttpOperationException">It has another status than 200.</exception>
    public static async Task<HttpResponseMessage> GetStreamAsync(k8s.Kubernetes client, string path, string? serverName, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(client.BaseUri, path));
        request.Headers.Host = serverName;
        request.Options.Set(BoundedReplies.IsStream, true);
        await client.Credentials.ProcessHttpRequestAsync(request, cancellationToken);
        var response = await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw Failed(response.StatusCode, response, await response.Content.ReadAsStringAsync(cancellationToken));
        }
    }

    /// <summary>The library's exception for a status.</summary>
    public static HttpOperationException Failed(HttpStatusCode status, HttpResponseMessage response, string body) =>
        new($"status {(int)status}") { Response = new HttpResponseMessageWrapper(response, body) };

    // The address without its login: it stands in the messages of connections that fail.
    private static WebProxy ProxyOf(Uri address)
    {
        if (address.UserInfo.Length == 0)
        {
            return new WebProxy(address);
        }

        var parts = address.UserInfo.Split(':', 2);
        return new WebProxy(new UriBuilder(address) { UserName = "", Password = "" }.Uri)
        {
            Credentials = new NetworkCredential(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "")),
        };
    }

    private static string? Base64(string? text) => text is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
