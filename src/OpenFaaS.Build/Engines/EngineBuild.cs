using System.Text.Json;

namespace OpenFaaS.Build.Engines;

/// <summary>Has an engine build an image by its own builder, without BuildKit.</summary>
internal static class EngineBuild
{
    private const int LongestObject = 1 << 20;
    private const int MostObjects = 10_000_000;

    /// <summary>Runs one build. That it succeeded, only what the engine says on the way can tell: the status 200 comes first.</summary>
    /// <param name="api">The engine.</param>
    /// <param name="target">Path of the request with the build's parameters, escaped.</param>
    /// <param name="credentials">Value of <c>X-Registry-Config</c>; empty for none.</param>
    /// <param name="context">Writes the build context as a tar.</param>
    /// <param name="take">Takes each object that the engine sends.</param>
    /// <param name="cancellationToken">Cancels: the engine ends the build, and removes its container, when the connection closes.</param>
    /// <exception cref="EngineFailedException">The engine refused it, or its answer is cut off or malformed.</exception>
    public static Task RunAsync(
        EngineApi api, string target, string credentials, Func<Stream, CancellationToken, Task> context, Action<JsonElement> take, CancellationToken cancellationToken) => api.AskAsync(
        async client =>
        {
            var content = new StreamedContent(context) { Headers = { { "Content-Type", "application/x-tar" } } };
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = content };
            if (credentials.Length > 0)
            {
                request.Headers.TryAddWithoutValidation("X-Registry-Config", credentials);
            }

            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new EngineFailedException(EngineReply.ErrorOf(response, await EngineReply.ReadAsync(response, cancellationToken))) { Status = response.StatusCode };
            }

            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await ReadAsync(body, take, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Reads what the engine sends to its end.</summary>
    /// <exception cref="EngineFailedException">It is cut off, malformed or endless.</exception>
    public static async Task ReadAsync(Stream body, Action<JsonElement> take, CancellationToken cancellationToken)
    {
        using var objects = new JsonObjects(body, LongestObject);
        for (var count = 0; await objects.ReadAsync(cancellationToken) is { } bytes; count++)
        {
            if (count == MostObjects)
            {
                throw new EngineFailedException($"its answer has more than {MostObjects} objects");
            }

            try
            {
                using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 16 });
                take(document.RootElement);
            }
            catch (JsonException e)
            {
                throw new EngineFailedException("its answer is no JSON", e);
            }
        }
    }
}
