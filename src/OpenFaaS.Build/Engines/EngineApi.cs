using System.Net;

namespace OpenFaaS.Build.Engines;

/// <summary>The part of Docker's Engine API that loading needs; Podman's service speaks it too.</summary>
internal sealed class EngineApi(EngineAddress address)
{
    /// <summary>Header by which Podman's service tells itself apart from Docker.</summary>
    private const string PodmanHeader = "Libpod-API-Version";

    public EngineAddress Address => address;

    /// <summary>Asks the engine for a sign of life.</summary>
    /// <returns>Whether the engine is Podman.</returns>
    /// <exception cref="EngineFailedException">It does not answer as an engine does.</exception>
    public Task<bool> PingAsync(CancellationToken cancellationToken) => AskAsync(
        async client =>
        {
            using var response = await client.GetAsync("/_ping", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? response.Headers.Contains(PodmanHeader)
                : throw new EngineFailedException($"it answered with status {(int)response.StatusCode}");
        },
        cancellationToken);

    /// <summary>Loads an image archive, which <paramref name="write"/> streams.</summary>
    /// <exception cref="EngineFailedException">The engine refused it, or the connection was cut.</exception>
    public Task LoadAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) => AskAsync(
        async client =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/images/load?quiet=1") { Content = new ArchiveContent(write) };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var body = await EngineReply.ReadAsync(response, cancellationToken);
            var error = response.IsSuccessStatusCode ? EngineReply.ErrorOfProgress(body) : EngineReply.ErrorOf(response, body);
            return error is null ? true : throw new EngineFailedException(error);
        },
        cancellationToken);

    /// <summary>The engine's id of an image, <c>sha256:…</c>; null if it has none of this name.</summary>
    /// <exception cref="EngineFailedException">The engine cannot be asked.</exception>
    public Task<string?> FindImageAsync(string name, CancellationToken cancellationToken) => AskAsync(
        async client =>
        {
            using var response = await client.GetAsync($"/images/{name}/json", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var body = await EngineReply.ReadAsync(response, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.NotFound => null,
                HttpStatusCode.OK => EngineReply.ImageIdOf(body),
                _ => throw new EngineFailedException(EngineReply.ErrorOf(response, body)),
            };
        },
        cancellationToken);

    /// <summary>Asks on a connection of its own.</summary>
    /// <exception cref="EngineFailedException">No answer comes.</exception>
    public Task<T> AskAsync<T>(Func<HttpClient, Task<T>> ask, CancellationToken cancellationToken) => EngineFault.GuardAsync(
        async () =>
        {
            using var client = EngineConnection.Open(address);
            return await ask(client);
        },
        cancellationToken);

    private sealed class ArchiveContent(Func<Stream, CancellationToken, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => write(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
