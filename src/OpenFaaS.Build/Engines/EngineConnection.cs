using System.IO.Pipes;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Engines;

/// <summary>Opens HTTP connections to an engine. Never through a proxy, never redirected.</summary>
internal static class EngineConnection
{
    /// <summary>A client for one address; the caller disposes it.</summary>
    public static HttpClient Open(EngineAddress address)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            MaxResponseHeadersLength = 64,
        };
        if (address.SocketPath is { } path)
        {
            handler.ConnectCallback = (_, token) => ConnectAsync(path, token);
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

        return new HttpClient(handler) { BaseAddress = address.Base, Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
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
