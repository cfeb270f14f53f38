using System.IO.Pipes;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Where a <see cref="BuildKitBridge"/> is reached.</summary>
internal interface IBridgeListener : IDisposable
{
    /// <summary>The next connection.</summary>
    Task<Stream> AcceptAsync(CancellationToken cancellationToken);

    /// <summary>Does what has to be done before bytes are copied.</summary>
    Task<Stream> SecureAsync(Stream accepted, CancellationToken cancellationToken);
}

/// <summary>Unix sockets and TCP, with or without TLS.</summary>
internal sealed class SocketBridgeListener : IBridgeListener
{
    private readonly Socket socket;
    private readonly string? path;
    private readonly SslServerAuthenticationOptions? tls;

    private SocketBridgeListener(AddressFamily family, EndPoint place, string? path, SslServerAuthenticationOptions? tls)
    {
        (this.path, this.tls) = (path, tls);
        socket = new Socket(family, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(place);
        socket.Listen();
    }

    public static SocketBridgeListener OnUnix(string path) => new(AddressFamily.Unix, new UnixDomainSocketEndPoint(path), path, null);

    public static SocketBridgeListener OnTcp(int port) => new(AddressFamily.InterNetwork, new IPEndPoint(IPAddress.Loopback, port), null, null);

    public static SocketBridgeListener OnTls(int port, X509Certificate2 certificate, PrivateAuthority? clients, SslApplicationProtocol protocol) =>
        new(AddressFamily.InterNetwork, new IPEndPoint(IPAddress.Loopback, port), null, new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ApplicationProtocols = [protocol],
            ClientCertificateRequired = clients is not null,
            CertificateChainPolicy = clients is null ? null : ChainOf(clients),
        });

    /// <summary>A port that was free just now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async Task<Stream> AcceptAsync(CancellationToken cancellationToken)
    {
        var accepted = await socket.AcceptAsync(cancellationToken);
        if (path is null)
        {
            accepted.NoDelay = true;
        }

        return new NetworkStream(accepted, ownsSocket: true);
    }

    public async Task<Stream> SecureAsync(Stream accepted, CancellationToken cancellationToken)
    {
        if (tls is null)
        {
            return accepted;
        }

        var secure = new SslStream(accepted);
        await secure.AuthenticateAsServerAsync(tls, cancellationToken);
        var wanted = tls.ApplicationProtocols!.Single();

        // buildkitd ends a connection without ALPN, an Engine speaks HTTP/1.1 to clients that name no protocol.
        return secure.NegotiatedApplicationProtocol == wanted || wanted == SslApplicationProtocol.Http11
            ? secure
            : throw new AuthenticationException($"The client offered no ALPN {wanted}.");
    }

    public void Dispose()
    {
        socket.Dispose();
        if (path is not null)
        {
            File.Delete(path);
        }
    }

    private static X509ChainPolicy ChainOf(PrivateAuthority authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authority.AuthorityFile);
        return policy;
    }
}

/// <summary>Named pipes of .NET, which are Unix sockets on Linux.</summary>
internal sealed class PipeBridgeListener(string name) : IBridgeListener
{
    private NamedPipeServerStream next = Create(name);

    public async Task<Stream> AcceptAsync(CancellationToken cancellationToken)
    {
        await next.WaitForConnectionAsync(cancellationToken);
        var accepted = next;

        // The next instance is there before this one can be gone, so the name never vanishes.
        next = Create(name);
        return accepted;
    }

    public Task<Stream> SecureAsync(Stream accepted, CancellationToken cancellationToken) => Task.FromResult(accepted);

    public void Dispose() => next.Dispose();

    private static NamedPipeServerStream Create(string name) =>
        new(name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
}
