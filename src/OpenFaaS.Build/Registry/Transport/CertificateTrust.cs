using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>Decides on a server's certificate: the system's authorities, then the private ones of this host. A wrong name or date is never accepted.</summary>
internal sealed class CertificateTrust(X509Certificate2Collection authorities)
{
    /// <summary>Why the last certificate was refused, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>For <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateChainErrors && IsIssuedBy(authorities, certificate, chain)))
        {
            return true;
        }

        Problem = Describe(certificate, chain, errors);
        return false;
    }

    /// <summary>Whether one of these authorities, and no other, has issued a server's certificate. Names are not looked at.</summary>
    /// <param name="authorities">The authorities.</param>
    /// <param name="certificate">The server's certificate.</param>
    /// <param name="presented">The chain that it came with.</param>
    public static bool IsIssuedBy(X509Certificate2Collection authorities, X509Certificate? certificate, X509Chain? presented)
    {
        if (authorities.Count == 0 || certificate is not X509Certificate2 leaf)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(leaf);
    }

    private static string Describe(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 known)
        {
            return "the server sent none";
        }

        var reason = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? "it is for another name"
            : string.Join(", ", chain?.ChainStatus.Select(status => status.Status.ToString()).Distinct(StringComparer.Ordinal) ?? []);
        return SafeText.Neutralize(string.Create(CultureInfo.InvariantCulture,
            $"{reason} (subject {known.Subject}; issuer {known.Issuer}; valid from {known.NotBefore.ToUniversalTime():yyyy-MM-dd} to {known.NotAfter.ToUniversalTime():yyyy-MM-dd})"));
    }
}
