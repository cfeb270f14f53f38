using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>
/// Finds the private certificate authorities of a host: <c>OPENFAAS_REGISTRY_CERTS</c> (a PEM file, or a folder with PEM files and one folder a host),
/// <c>SSL_CERT_FILE</c>, and the <c>certs.d</c> folders of docker, podman and containers.
/// </summary>
internal static class CertificateFiles
{
    /// <summary>The variable that names a file or folder of authorities.</summary>
    public const string Variable = "OPENFAAS_REGISTRY_CERTS";

    /// <summary>All authorities for <paramref name="authority"/> (<c>host</c> or <c>host:port</c>).</summary>
    /// <exception cref="DiagnosticException">A file that should hold certificates does not.</exception>
    public static X509Certificate2Collection Load(string authority, RegistryOptions options)
    {
        var certificates = new X509Certificate2Collection();
        foreach (var file in Files(authority, options.Environment))
        {
            Add(certificates, file, options.Limits.TextBytes);
        }

        return certificates;
    }

    private static IEnumerable<string> Files(string authority, Func<string, string?> environment)
    {
        List<string> folders = [];
        if (environment(Variable) is { Length: > 0 } own)
        {
            if (File.Exists(own))
            {
                yield return own;
            }
            else
            {
                folders.AddRange([own, Path.Combine(own, FolderName(authority))]);
            }
        }

        if (environment("SSL_CERT_FILE") is { Length: > 0 } system && File.Exists(system))
        {
            yield return system;
        }

        var home = environment("HOME") ?? environment("USERPROFILE");
        string[] stores = OperatingSystem.IsWindows()
            ? [Path.Combine(environment("ProgramData") ?? @"C:\ProgramData", "docker", "certs.d")]
            : ["/etc/docker/certs.d", "/etc/containers/certs.d"];
        string[] personal = string.IsNullOrEmpty(home)
            ? []
            : [Path.Combine(home, ".docker", "certs.d"), Path.Combine(home, ".config", "docker", "certs.d"), Path.Combine(home, ".config", "containers", "certs.d")];
        folders.AddRange(stores.Concat(personal).Select(store => Path.Combine(store, FolderName(authority))));
        foreach (var file in folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)))
        {
            if (Path.GetExtension(file) is ".crt" or ".pem")
            {
                yield return file;
            }
        }
    }

    // Windows has no colons in file names; docker leaves them out there.
    private static string FolderName(string authority) =>
        OperatingSystem.IsWindows() ? authority.Replace(":", "", StringComparison.Ordinal) : authority;

    private static void Add(X509Certificate2Collection certificates, string file, int limit)
    {
        try
        {
            if (new FileInfo(file).Length > limit)
            {
                throw RegistryDiagnostics.UnreadableCertificates.With(file, $"it is larger than {limit} bytes").ToException();
            }

            var before = certificates.Count;
            certificates.ImportFromPemFile(file);
            if (certificates.Count == before)
            {
                throw RegistryDiagnostics.UnreadableCertificates.With(file, "it holds no certificate in PEM form").ToException();
            }
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw RegistryDiagnostics.UnreadableCertificates.With(file, e.Message.TrimEnd('.')).ToException(e);
        }
    }
}
