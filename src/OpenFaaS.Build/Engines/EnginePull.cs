using System.Text.Json;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Engines;

/// <summary>Has an engine pull an image.</summary>
internal static class EnginePull
{
    /// <summary>Pulls one image.</summary>
    /// <param name="api">The engine.</param>
    /// <param name="image">Name with tag or digest.</param>
    /// <param name="user">User for the registry; empty with <paramref name="identityToken"/> or for none.</param>
    /// <param name="secret">Password or identity token; empty for none.</param>
    /// <param name="identityToken">Whether <paramref name="secret"/> is an identity token.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EngineFailedException">The engine cannot pull it.</exception>
    public static Task RunAsync(EngineApi api, ImageReference image, string user, string secret, bool identityToken, CancellationToken cancellationToken) => api.AskAsync(
        async client =>
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post, $"{api.Root}/images/create?fromImage={Uri.EscapeDataString(image.Name)}&tag={Uri.EscapeDataString(image.TagOrDigest)}");
            request.Headers.TryAddWithoutValidation("X-Registry-Auth", EnginePush.Authorization(image.Registry, user, secret, identityToken));
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new EngineFailedException(EngineReply.ErrorOf(response, await EngineReply.ReadAsync(response, cancellationToken)));
            }

            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await EngineBuild.ReadAsync(body, EnsureNoError, cancellationToken);
            return true;
        },
        cancellationToken);

    private static void EnsureNoError(JsonElement item)
    {
        if (item.TryGetProperty("errorDetail", out var detail) && detail.ValueKind == JsonValueKind.Object
            && detail.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
        {
            throw new EngineFailedException(SafeText.Neutralize(message.GetString()!).TrimEnd('.'));
        }

        if (item.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String)
        {
            throw new EngineFailedException(SafeText.Neutralize(error.GetString()!).TrimEnd('.'));
        }
    }
}
