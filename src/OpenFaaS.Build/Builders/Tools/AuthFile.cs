using System.Text;
using System.Text.Json;
using OpenFaaS.Build.BuildKit.Sessions.Auth;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Registry.Authentication;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>Credentials as tools read them: a <c>config.json</c> of Docker's form with those of the registries that a build names, and of no others.</summary>
internal static class AuthFile
{
    private const string HubAddress = "https://index.docker.io/v1/";

    /// <summary>Writes the file, readable by this user only. It is there without credentials too: without it tools look for their own.</summary>
    /// <param name="references">What the build reads and writes.</param>
    /// <param name="registries">Where credentials come from.</param>
    /// <param name="temporaryFolder">The build's own folder, with which the file goes.</param>
    /// <param name="log">Where the search for credentials reports.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Full path of the file, whose name is <c>config.json</c>: its folder can be a <c>DOCKER_CONFIG</c>.</returns>
    /// <exception cref="DiagnosticException">Credentials cannot be read, or the file not be written.</exception>
    public static async Task<string> WriteAsync(
        IReadOnlyList<ImageReference> references, RegistryConnections registries, string temporaryFolder, IBuildLog log, CancellationToken cancellationToken) =>
        await SecretFiles.WriteAsync(temporaryFolder, "config.json", await ContentAsync(references, registries, log, cancellationToken), cancellationToken);

    /// <summary>The file's content.</summary>
    /// <exception cref="DiagnosticException">Credentials cannot be read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ContentAsync(
        IReadOnlyList<ImageReference> references, RegistryConnections registries, IBuildLog log, CancellationToken cancellationToken)
    {
        var access = new ReferencedRegistries(references, registries, log);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("auths");
            foreach (var registry in references.Select(reference => reference.Registry).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal))
            {
                var (user, secret) = await access.CredentialsAsync(registry, cancellationToken);
                if (secret.Length > 0)
                {
                    Write(json, registry, user, secret);
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string registry, string user, string secret)
    {
        // Tools know Docker Hub by one name or by the other.
        foreach (var name in registry == ImageReference.DockerHub ? new[] { HubAddress, registry } : [registry])
        {
            json.WriteStartObject(name);
            json.WriteString("auth", Convert.ToBase64String(Encoding.UTF8.GetBytes(user.Length > 0 ? $"{user}:{secret}" : RegistryCredential.TokenUsername + ":")));
            if (user.Length == 0)
            {
                json.WriteString("identitytoken", secret);
            }

            json.WriteEndObject();
        }
    }
}
