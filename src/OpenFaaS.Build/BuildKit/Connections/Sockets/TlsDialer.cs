using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>TLS over a port. The server's name is the address's host; with authorities of its own the system's are not asked.</summary>
internal sealed class TlsDialer(TcpDialer tcp, string host, TlsFiles files) : Dialer(tcp.Text)
{
    public override bool IsSecure => true;

    public override bool HasCertificate => files.Certificate is not null;

    public override EngineAddress Engine => tcp.Engine with { Dial = async token => (await DialAsync(ProtocolOffer.Http1, token)).Stream };

    public override async ValueTask<DialedStream> DialAsync(ProtocolOffer offer, CancellationToken cancellationToken)
    {
        var plain = await tcp.DialAsync(offer, cancellationToken);
        var trust = new CertificateTrust([]);
        var secure = new SslStream(plain.Stream);
        try
        {
            await secure.AuthenticateAsClientAsync(OptionsFor(offer, trust), cancellationToken);
            return new DialedStream(secure, secure.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await secure.DisposeAsync();
            throw (trust.Problem is { } problem
                ? BuildKitConnectionDiagnostics.UntrustedCertificate.With(Text, problem)
                : BuildKitConnectionDiagnostics.TlsFailed.With(Text, Phrase(e))).ToException(e);
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    private SslClientAuthenticationOptions OptionsFor(ProtocolOffer offer, CertificateTrust trust)
    {
        var options = files.Options(trust);
        options.TargetHost = host;
        options.ApplicationProtocols = offer == ProtocolOffer.Http1 ? [SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
        return options;
    }

    private string Phrase(Exception e) => e switch
    {
        // Whoever speaks no TLS answers with something that is no frame of it, or hangs up.
        IOException => "the other side ended the handshake, or does not speak TLS",
        _ when HasCertificate => "the handshake failed; the daemon may refuse the certificate of the client",
        _ => "the handshake failed; the other side may speak no TLS, or ask for the certificate of a client",
    };
}
