using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Builders.Kaniko;

/// <summary>Private authorities of the registries in use: the ones that the SDK itself trusts for them.</summary>
internal static class ExecutorCertificates
{
    /// <summary>Authorities in PEM form by registry; none for a registry without private ones.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">A file that should hold certificates does not.</exception>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<ImageReference> used, RegistryOptions options)
    {
        var authorities = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var registry in used.Select(image => image.Registry).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var certificates = CertificateFiles.Load(registry, options);
            if (certificates.Count > 0)
            {
                authorities[registry] = certificates.ExportCertificatePems() + "\n";
            }

            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }

        return authorities;
    }
}
