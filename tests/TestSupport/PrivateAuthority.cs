using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A certificate authority that nobody trusts, and a server certificate for loopback issued by it, as PEM files in a folder.</summary>
public sealed class PrivateAuthority
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly string folder;
    private readonly string authorityKeyPem;

    /// <summary>Writes <c>ca.crt</c>, <c>server.crt</c> and <c>server.key</c>.</summary>
    public PrivateAuthority(string folder)
    {
        this.folder = Directory.CreateDirectory(folder).FullName;
        AuthorityFile = Path.Combine(folder, "ca.crt");

        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=OpenFaaS.Build test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = DateTimeOffset.UtcNow;
        using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-30), now.AddDays(2));
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
        authorityKeyPem = authorityKey.ExportPkcs8PrivateKeyPem();

        (CertificateFile, KeyFile) = Issue("server", ServerUse, "localhost", now.AddDays(-1), now.AddDays(1));
    }

    public string AuthorityFile { get; }

    public string CertificateFile { get; }

    public string KeyFile { get; }

    /// <summary>The server certificate with its key.</summary>
    public X509Certificate2 Load() => Load(CertificateFile, KeyFile);

    /// <summary>A certificate of this authority for a client, <c>client.crt</c> and <c>client.key</c>; the key is its owner's alone.</summary>
    public (string CertificateFile, string KeyFile) IssueClient(string name = "client") =>
        Issue(name, ClientUse, null, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

    /// <summary>A server certificate whose time is over.</summary>
    public X509Certificate2 LoadExpired() => LoadServer("expired", "localhost", DateTimeOffset.UtcNow.AddDays(-3));

    /// <summary>A server certificate for another host.</summary>
    public X509Certificate2 LoadFor(string host) => LoadServer("other", host, DateTimeOffset.UtcNow.AddDays(1));

    private static X509Certificate2 Load(string certificateFile, string keyFile) =>
        X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPemFile(certificateFile, keyFile).Export(X509ContentType.Pfx), null);

    private X509Certificate2 LoadServer(string name, string host, DateTimeOffset until)
    {
        var (certificate, key) = Issue(name, ServerUse, host, DateTimeOffset.UtcNow.AddDays(-4), until);
        return Load(certificate, key);
    }

    private (string CertificateFile, string KeyFile) Issue(string name, string use, string? host, DateTimeOffset from, DateTimeOffset until)
    {
        using var authorityKey = ECDsa.Create();
        authorityKey.ImportFromPem(authorityKeyPem);
        using var plain = X509CertificateLoader.LoadCertificateFromFile(AuthorityFile);
        using var authority = plain.CopyWithPrivateKey(authorityKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(host == "localhost" ? "CN=loopback" : "CN=" + (host ?? name), key, HashAlgorithmName.SHA256);
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            if (host == "localhost")
            {
                names.AddIpAddress(IPAddress.Loopback);
            }

            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        using var certificate = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(8));
        var (certificateFile, keyFile) = (Path.Combine(folder, name + ".crt"), Path.Combine(folder, name + ".key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return (certificateFile, keyFile);
    }
}
