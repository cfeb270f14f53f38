using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A certificate authority that nobody trusts, and a server certificate for loopback issued by it, as PEM files in a folder.</summary>
public sealed class PrivateAuthority
{
    /// <summary>Writes <c>ca.crt</c>, <c>server.crt</c> and <c>server.key</c>.</summary>
    public PrivateAuthority(string folder)
    {
        Directory.CreateDirectory(folder);
        AuthorityFile = Path.Combine(folder, "ca.crt");
        CertificateFile = Path.Combine(folder, "server.crt");
        KeyFile = Path.Combine(folder, "server.key");

        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=OpenFaaS.Build test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = DateTimeOffset.UtcNow;
        using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=loopback", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.Create(authority, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));

        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public string AuthorityFile { get; }

    public string CertificateFile { get; }

    public string KeyFile { get; }

    /// <summary>The server certificate with its key.</summary>
    public X509Certificate2 Load() => X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile).Export(X509ContentType.Pfx), null);
}
