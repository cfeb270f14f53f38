using System.Net;
using System.Text.Json;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Engines;

/// <summary>What an engine keeps of an image.</summary>
/// <param name="Id">Its id: the digest of the configuration, or of the manifest in a containerd store.</param>
/// <param name="Sources">Names with digests under which it is in registries.</param>
/// <param name="Platform">What it runs on.</param>
internal sealed record EngineImage(Digest Id, IReadOnlyList<ImageReference> Sources, Platform Platform)
{
    /// <summary>The digest under which it is in the registry of a name; null if it never was there.</summary>
    public Digest? DigestOf(ImageReference name) => Sources.FirstOrDefault(source => source.Name == name.Name)?.Digest;
}

/// <summary>Asks an engine for its images.</summary>
internal static class EngineImages
{
    private const int MostSources = 1000;

    /// <summary>What the engine keeps under a name or an id; null if it has nothing.</summary>
    /// <exception cref="EngineFailedException">The engine cannot be asked.</exception>
    public static Task<EngineImage?> FindAsync(EngineApi api, string name, CancellationToken cancellationToken) => api.AskAsync(
        async client =>
        {
            using var response = await client.GetAsync($"{api.Root}/images/{name}/json", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var body = await EngineReply.ReadAsync(response, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.NotFound => null,
                HttpStatusCode.OK => Read(body),
                _ => throw new EngineFailedException(EngineReply.ErrorOf(response, body)),
            };
        },
        cancellationToken);

    /// <summary>Writes the archive of an image (<c>docker save</c>).</summary>
    /// <param name="api">The engine.</param>
    /// <param name="id">The image.</param>
    /// <param name="limit">Bytes of the longest archive.</param>
    /// <param name="output">Receives it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EngineFailedException">The engine does not give it, or it is too long.</exception>
    public static Task SaveAsync(EngineApi api, Digest id, long limit, Stream output, CancellationToken cancellationToken) => api.AskAsync(
        async client =>
        {
            using var response = await client.GetAsync($"{api.Root}/images/{id}/get", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new EngineFailedException(EngineReply.ErrorOf(response, await EngineReply.ReadAsync(response, cancellationToken)));
            }

            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[128 * 1024];
            long length = 0;
            for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                length += read;
                if (length > limit)
                {
                    throw new EngineFailedException($"the archive of the image is larger than {limit} bytes");
                }

                await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return true;
        },
        cancellationToken);

    private static EngineImage Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            var root = document.RootElement;
            return Digest.TryParse(Text(root, "Id"), out var id)
                ? new EngineImage(id, [.. Sources(root)], Platform.Normalize(Text(root, "Os"), Text(root, "Architecture"), Text(root, "Variant")))
                : throw new EngineFailedException("its answer names no image id");
        }
        catch (JsonException e)
        {
            throw new EngineFailedException("its answer is no JSON", e);
        }
    }

    private static IEnumerable<ImageReference> Sources(JsonElement root)
    {
        if (root.TryGetProperty("RepoDigests", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in list.EnumerateArray().Take(MostSources))
            {
                if (item.ValueKind == JsonValueKind.String && ImageReference.TryParse(item.GetString(), out var source) && source.Digest is not null)
                {
                    yield return source;
                }
            }
        }
    }

    private static string Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
