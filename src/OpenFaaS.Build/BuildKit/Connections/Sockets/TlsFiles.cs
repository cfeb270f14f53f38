using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>The PEM files of a TLS client, read once.</summary>
/// <param name="Authorities">Authorities that the server's certificate is checked against; null for the system's.</param>
/// <param name="Certificate">What the client shows; null for nothing.</param>
internal sealed record TlsFiles(X509Certificate2Collection? Authorities, SslStreamCertificateContext? Certificate)
{
    private const int LargestFile = 1 << 20;

    /// <summary>Reads the files.</summary>
    /// <exception cref="DiagnosticException">One is missing, unreadable or no PEM, the key is readable by everyone or belongs to another certificate.</exception>
    public static TlsFiles Read(string? authorities, string? certificate, string? key)
    {
        if ((certificate ?? key) is { } one && (certificate is null || key is null))
        {
            throw Unusable(one, certificate is null ? "the certificate that belongs to it is not set" : "the private key that belongs to it is not set");
        }

        return new TlsFiles(
            authorities is null ? null : CertificatesOf(authorities),
            certificate is null || key is null ? null : ContextOf(certificate, key));
    }

    /// <summary>What a client needs to be sure of a server, and to show itself: the given authorities are the only ones that count.</summary>
    public SslClientAuthenticationOptions Options(CertificateTrust trust)
    {
        var options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = trust.Validate, ClientCertificateContext = Certificate };
        if (Authorities is { } authorities)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return options;
    }

    private static SslStreamCertificateContext ContextOf(string certificateFile, string keyFile)
    {
        var chain = CertificatesOf(certificateFile);
        var pem = TextOf(keyFile);
        EnsureOwn(keyFile);
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw Unusable(keyFile, "the key is encrypted with a password");
        }

        if (!pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw Unusable(keyFile, "it holds no private key in PEM form");
        }

        try
        {
            using var joined = X509Certificate2.CreateFromPem(chain[0].ExportCertificatePem(), pem);

            // Windows does not use a key in TLS that is only in memory.
            var own = X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null);
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Unusable(keyFile, $"the key does not belong to the certificate '{certificateFile}'", e);
        }
    }

    private static X509Certificate2Collection CertificatesOf(string file)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(TextOf(file));
        }
        catch (CryptographicException e)
        {
            throw Unusable(file, "a certificate in it is damaged", e);
        }

        return certificates.Count > 0 ? certificates : throw Unusable(file, "it holds no certificate in PEM form");
    }

    private static string TextOf(string file)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: > LargestFile } ? throw Unusable(file, $"it is larger than {LargestFile} bytes") : File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(file, e is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : e is UnauthorizedAccessException ? "it may not be read" : "it cannot be read", e);
        }
    }

    // The group may read: that is how Kubernetes mounts secrets for a user that is not root.
    private static void EnsureOwn(string keyFile)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var mode = File.GetUnixFileMode(keyFile);
        if ((mode & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
        {
            throw BuildKitConnectionDiagnostics.KeyReadableByOthers.With(keyFile, Convert.ToString((int)mode, 8).PadLeft(4, '0')).ToException();
        }
    }

    private static DiagnosticException Unusable(string file, string problem, Exception? inner = null) =>
        BuildKitConnectionDiagnostics.TlsFileUnusable.With(file, problem).ToException(inner);
}
