using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>Connection pools, one an authority, because each may have certificate authorities of its own. Nothing is redirected, stored as a cookie or unpacked behind our back.</summary>
internal sealed class HttpConnections(RegistryOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Pool>> pools = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The pool for an address.</summary>
    public Pool For(Uri address) => pools.GetOrAdd(address.Authority, authority => new Lazy<Pool>(() => Create(authority, address))).Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pool in pools.Values.Where(pool => pool.IsValueCreated))
        {
            pool.Value.Invoker.Dispose();
        }
    }

    private Pool Create(string authority, Uri address)
    {
        var trust = new CertificateTrust(CertificateFiles.Load(authority, options));
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            Credentials = null,
            PreAuthenticate = false,
            ConnectTimeout = options.Limits.Connect,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 64 * 1024,
            // A proxy cannot reach this machine's loopback addresses.
            UseProxy = !AddressPolicy.IsLoopback(address),
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = trust.Validate },
        };
        return new Pool(new HttpMessageInvoker(handler), trust);
    }

    /// <summary>A pool and what is known about its server's certificate.</summary>
    internal sealed record Pool(HttpMessageInvoker Invoker, CertificateTrust Trust);
}
