using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Engines;

/// <summary>Pushes an image that an engine has.</summary>
internal static class EnginePush
{
    /// <summary>Pushes one tag.</summary>
    /// <param name="api">The engine.</param>
    /// <param name="name">Name and tag.</param>
    /// <param name="user">User for the registry; empty with <paramref name="identityToken"/> or for none.</param>
    /// <param name="secret">Password or identity token; empty for none. It goes to the engine in a header, as the engine's own command line sends it.</param>
    /// <param name="identityToken">Whether <paramref name="secret"/> is an identity token.</param>
    /// <param name="isPlain">Whether Podman may speak plain http to the registry; Docker has settings of its own for that.</param>
    /// <param name="cancellationToken">Cancels: the engine ends the push when the connection closes.</param>
    /// <returns>Digest of the manifest that the registry has.</returns>
    /// <exception cref="EngineFailedException">The engine cannot push it.</exception>
    public static Task<Digest> RunAsync(EngineApi api, ImageReference name, string user, string secret, bool identityToken, bool isPlain, CancellationToken cancellationToken) =>
        api.AskAsync(
            async client =>
            {
                var tag = name.Tag ?? "latest";
                using var request = new HttpRequestMessage(HttpMethod.Post, $"{api.Root}/images/{name.Name}/push?tag={Uri.EscapeDataString(tag)}{(isPlain ? "&tlsVerify=false" : "")}");
                request.Headers.TryAddWithoutValidation("X-Registry-Auth", Authorization(name.Registry, user, secret, identityToken));
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (!response.IsSuccessStatusCode)
                {
                    throw new EngineFailedException(EngineReply.ErrorOf(response, await EngineReply.ReadAsync(response, cancellationToken)));
                }

                await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
                return await PushProgress.ReadAsync(body, tag, cancellationToken);
            },
            cancellationToken);

    /// <summary>Value of <c>X-Registry-Auth</c>, which engines want without credentials too.</summary>
    public static string Authorization(string registry, string user, string secret, bool identityToken)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (secret.Length > 0)
            {
                json.WriteString(identityToken ? "identitytoken" : "username", identityToken ? secret : user);
                if (!identityToken)
                {
                    json.WriteString("password", secret);
                }

                json.WriteString("serveraddress", registry == ImageReference.DockerHub ? "https://index.docker.io/v1/" : registry);
            }

            json.WriteEndObject();
        }

        return Convert.ToBase64String(buffer.ToArray()).Replace('+', '-').Replace('/', '_');
    }
}
