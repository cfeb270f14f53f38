using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Configuration;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>Decides on the API server's certificate: the kubeconfig's authorities and no others where it has some, else the system's.</summary>
internal sealed class ClusterTrust
{
    private readonly bool acceptsAll;
    private readonly X509Certificate2Collection authorities = [];

    /// <exception cref="DiagnosticException">The authorities cannot be read (OFB2801).</exception>
    public ClusterTrust(ClusterSettings settings)
    {
        acceptsAll = settings.SkipsVerification;
        if (settings.Authorities is not { } text)
        {
            return;
        }

        try
        {
            authorities.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw KubernetesDiagnostics.ConfigurationInvalid.With(settings.Origin, "the cluster's certificate authorities cannot be read").ToException(e);
        }

        if (authorities.Count == 0)
        {
            throw KubernetesDiagnostics.ConfigurationInvalid.With(settings.Origin, "the cluster's certificate authorities hold no certificate").ToException();
        }
    }

    /// <summary>Why the last certificate was refused, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>For <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (acceptsAll || (authorities.Count == 0 && errors == SslPolicyErrors.None))
        {
            return true;
        }

        if (certificate is not X509Certificate2 leaf)
        {
            Problem = "the server sent no certificate";
            return false;
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            Problem = SafeText.Neutralize($"the certificate is for another name (subject {leaf.Subject})");
            return false;
        }

        if (CertificateTrust.IsIssuedBy(authorities, leaf, presented))
        {
            return true;
        }

        Problem = SafeText.Neutralize($"no authority that is trusted has issued the certificate (subject {leaf.Subject}; issuer {leaf.Issuer})");
        return false;
    }
}
