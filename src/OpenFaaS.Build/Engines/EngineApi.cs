using System.Net;

namespace OpenFaaS.Build.Engines;

/// <summary>The part of Docker's Engine API that loading needs; Podman's service speaks it too.</summary>
/// <param name="address">The engine.</param>
/// <param name="version">The version that is spoken; null for the engine's own.</param>
internal sealed class EngineApi(EngineAddress address, Version? version = null)
{
    public EngineAddress Address => address;

    /// <summary>What comes before the path of a request.</summary>
    public string Root => version is null ? "" : $"/v{version.Major}.{version.Minor}";

    /// <summary>Asks the engine for a sign of life.</summary>
    /// <returns>Whether the engine is Podman.</returns>
    /// <exception cref="EngineFailedException">It does not answer as an engine does.</exception>
    public async Task<bool> PingAsync(CancellationToken cancellationToken) => (await GreetAsync(cancellationToken)).IsPodman;

    /// <summary>Asks the engine what it is.</summary>
    /// <exception cref="EngineFailedException">It does not answer as an engine does.</exception>
    public Task<EngineGreeting> GreetAsync(CancellationToken cancellationToken) => AskAsync(
        async client =>
        {
            using var response = await client.GetAsync("/_ping", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? EngineGreeting.Of(response.Headers)
                : throw new EngineFailedException($"it answered with status {(int)response.StatusCode}");
        },
        cancellationToken);

    /// <summary>Loads an image archive, which <paramref name="write"/> streams.</summary>
    /// <exception cref="EngineFailedException">The engine refused it, or the connection was cut.</exception>
    public Task LoadAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) => AskAsync(
        async client =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Root + "/images/load?quiet=1") { Content = new StreamedContent(write) };
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
            using var response = await client.GetAsync($"{Root}/images/{name}/json", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
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
}
