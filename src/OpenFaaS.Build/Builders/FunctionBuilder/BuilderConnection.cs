using System.Net;
using System.Net.Security;
using OpenFaaS.Build.BuildKit.Connections.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Builders.FunctionBuilder;

/// <summary>HTTP connections to one builder. Nothing is redirected, stored as a cookie or unpacked.</summary>
internal sealed class BuilderConnection : IDisposable
{
    private BuilderConnection(BuilderEndpoint endpoint, HttpMessageInvoker invoker, CertificateTrust trust) => (Endpoint, Invoker, Trust) = (endpoint, invoker, trust);

    public BuilderEndpoint Endpoint { get; }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>What is known about the server's certificate.</summary>
    public CertificateTrust Trust { get; }

    /// <summary>Connects to nothing yet.</summary>
    /// <exception cref="DiagnosticException">A file of certificates or the key cannot be used.</exception>
    public static BuilderConnection Open(BuilderEndpoint endpoint, EngineModel engine, BuilderLimits limits)
    {
        var trust = new CertificateTrust([]);
        var isSecure = endpoint.Base.Scheme == Uri.UriSchemeHttps;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            Credentials = null,
            PreAuthenticate = false,
            ConnectTimeout = limits.Connect,
            MaxResponseHeadersLength = 64,
            // A proxy cannot reach this machine's loopback addresses.
            UseProxy = !AddressPolicy.IsLoopback(endpoint.Base),
            SslOptions = isSecure ? TlsFiles.Read(engine.CaFile, engine.CertFile, engine.KeyFile).Options(trust) : new SslClientAuthenticationOptions(),
        };
        return new BuilderConnection(endpoint, new HttpMessageInvoker(handler), trust);
    }

    public void Dispose() => Invoker.Dispose();
}
