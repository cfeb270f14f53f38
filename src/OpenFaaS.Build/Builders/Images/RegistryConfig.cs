using System.Text.Json;
using OpenFaaS.Build.BuildKit.Sessions.Auth;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.Images;

/// <summary>Credentials as builders of engines take them, in the header <c>X-Registry-Config</c>: those of registries that the Dockerfile names, and of no others.</summary>
internal static class RegistryConfig
{
    private const string HubAddress = "https://index.docker.io/v1/";

    /// <summary>The header's value: URL-safe base64 of a JSON object; empty where there are no credentials.</summary>
    /// <exception cref="DiagnosticException">Credentials cannot be read.</exception>
    public static async Task<string> OfAsync(IReadOnlyList<ImageReference> images, RegistryConnections registries, IBuildLog log, CancellationToken cancellationToken)
    {
        var access = new ReferencedRegistries(images, registries, log);
        using var buffer = new MemoryStream();
        var isEmpty = true;
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var registry in images.Select(image => image.Registry).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal))
            {
                var (user, secret) = await access.CredentialsAsync(registry, cancellationToken);
                if (secret.Length > 0)
                {
                    isEmpty = false;
                    Write(json, registry == ImageReference.DockerHub ? HubAddress : registry, user, secret);
                }
            }

            json.WriteEndObject();
        }

        return isEmpty ? "" : Convert.ToBase64String(buffer.ToArray()).Replace('+', '-').Replace('/', '_');
    }

    private static void Write(Utf8JsonWriter json, string server, string user, string secret)
    {
        json.WriteStartObject(server);
        if (user.Length > 0)
        {
            json.WriteString("username", user);
            json.WriteString("password", secret);
        }
        else
        {
            json.WriteString("identitytoken", secret);
        }

        json.WriteString("serveraddress", server);
        json.WriteEndObject();
    }
}
