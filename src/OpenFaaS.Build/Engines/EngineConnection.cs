using System.IO.Pipes;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Engines;

/// <summary>Opens HTTP connections to an engine. Never through a proxy, never redirected.</summary>
internal static class EngineConnection
{
    /// <summary>A client for one address; the caller disposes it.</summary>
    /// <param name="address">The engine.</param>
    /// <param name="opened">Told of the socket of each connection that is one without TLS.</param>
    public static HttpClient Open(EngineAddress address, Action<Socket>? opened = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            MaxResponseHeadersLength = 64,
            ConnectCallback = address.Dial is { } dial ? (_, token) => dial(token) : null,
        };
        if (address.SocketPath is { } path)
        {
            handler.ConnectCallback = (_, token) => ConnectAsync(UnixSocket.At(path), opened, token);
        }
        else if (address.PipeName is { } pipe)
        {
            handler.ConnectCallback = async (_, token) =>
            {
                var stream = new NamedPipeClientStream(".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous);
                await stream.ConnectAsync(token);
                return stream;
            };
        }
        else if (address.CertificateFolder is { } folder)
        {
            handler.SslOptions = Secure(folder);
        }
        else if (opened is not null)
        {
            handler.ConnectCallback = (request, token) => ConnectAsync(request.DnsEndPoint, opened, token);
        }

        return new HttpClient(handler) { BaseAddress = address.Base, Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async ValueTask<Stream> ConnectAsync(EndPoint place, Action<Socket>? opened, CancellationToken cancellationToken)
    {
        var socket = place is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(place, cancellationToken);
            opened?.Invoke(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Secure(string folder)
    {
        var authorities = new X509Certificate2Collection();
        var own = Path.Combine(folder, "ca.pem");
        if (File.Exists(own))
        {
            authorities.ImportFromPemFile(own);
        }

        var options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = new CertificateTrust(authorities).Validate };
        var certificate = Path.Combine(folder, "cert.pem");
        var key = Path.Combine(folder, "key.pem");
        if (File.Exists(certificate) && File.Exists(key))
        {
            options.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, key)];
        }

        return options;
    }
}
