using System.Net;
using System.Text.Json;

namespace OpenFaaS.Build.Engines;

/// <summary>Runs commands in containers of an engine, with standard input and output as a connection.</summary>
internal sealed class EngineExec(EngineAddress address)
{
    /// <summary>Prepares a command in a container.</summary>
    /// <param name="container">Name or id; already checked, so it needs no escaping.</param>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The id for <see cref="StartAsync"/>.</returns>
    /// <exception cref="EngineFailedException">There is no such container (404), it does not run (409), or the engine failed.</exception>
    public Task<string> CreateAsync(string container, IReadOnlyList<string> command, CancellationToken cancellationToken) => AskAsync(
        async client =>
        {
            var body = Json(writer =>
            {
                writer.WriteBoolean("AttachStdin", true);
                writer.WriteBoolean("AttachStdout", true);
                writer.WriteBoolean("AttachStderr", true);
                writer.WriteBoolean("Tty", false);
                writer.WriteStartArray("Cmd");
                foreach (var word in command)
                {
                    writer.WriteStringValue(word);
                }

                writer.WriteEndArray();
            });
            using var content = new ReadOnlyMemoryContent(body) { Headers = { { "Content-Type", "application/json" } } };
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/containers/{container}/exec") { Content = content };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var reply = await ReadAsync(response, cancellationToken);
            var id = Text(reply, "Id");
            return id is { Length: > 0 and <= 128 } && id.All(char.IsAsciiLetterOrDigit) ? id : throw new EngineFailedException("its answer names no id");
        },
        cancellationToken);

    /// <summary>Starts a prepared command and gives its streams; the output is framed, see <see cref="ExecStream"/>.</summary>
    /// <exception cref="EngineFailedException">It was not started.</exception>
    public async Task<ExecStream> StartAsync(string id, CancellationToken cancellationToken)
    {
        var body = Json(writer =>
        {
            writer.WriteBoolean("Detach", false);
            writer.WriteBoolean("Tty", false);
        });
        return new ExecStream(await EngineUpgrade.OpenAsync(address, $"/exec/{id}/start", "tcp", body, cancellationToken));
    }

    /// <summary>Exit code of a command; null while it runs.</summary>
    /// <exception cref="EngineFailedException">The engine cannot tell.</exception>
    public Task<int?> ExitCodeAsync(string id, CancellationToken cancellationToken) => GetAsync(
        $"/exec/{id}/json",
        reply => reply.TryGetProperty("Running", out var running) && running.ValueKind == JsonValueKind.True ? null
            : reply.TryGetProperty("ExitCode", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number) ? number
            : (int?)null,
        cancellationToken);

    /// <summary>State of a container as the engine calls it: <c>running</c>, <c>paused</c>, <c>exited</c>.</summary>
    /// <exception cref="EngineFailedException">There is no such container (404), or the engine cannot tell.</exception>
    public Task<string> StateAsync(string container, CancellationToken cancellationToken) => GetAsync(
        $"/containers/{container}/json",
        reply => reply.TryGetProperty("State", out var state) && state.ValueKind == JsonValueKind.Object ? Text(state, "Status") ?? "" : "",
        cancellationToken);

    private Task<T> GetAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancellationToken) => AskAsync(
        async client =>
        {
            using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return read(await ReadAsync(response, cancellationToken));
        },
        cancellationToken);

    private Task<T> AskAsync<T>(Func<HttpClient, Task<T>> ask, CancellationToken cancellationToken) => EngineFault.GuardAsync(
        async () =>
        {
            using var client = EngineConnection.Open(address);
            return await ask(client);
        },
        cancellationToken);

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await EngineReply.ReadAsync(response, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Created))
        {
            throw new EngineFailedException(EngineReply.ErrorOf(response, body)) { Status = response.StatusCode };
        }

        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new EngineFailedException("its answer is no JSON object");
        }
        catch (JsonException e)
        {
            throw new EngineFailedException("its answer is no JSON", e);
        }
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
