using System.Net;
using System.Net.Sockets;

namespace OpenFaaS.Build.Engines;

/// <summary>Turns a request to an engine into a raw connection: HTTP's upgrade, as <c>/grpc</c>, <c>/session</c> and <c>/exec/ID/start</c> do it.</summary>
internal static class EngineUpgrade
{
    /// <summary>Sends <c>POST</c> with <c>Connection: Upgrade</c>, and gives the connection after the status 101. The header of the answer is bounded at 64 KiB.</summary>
    /// <param name="address">The engine.</param>
    /// <param name="path">Path of the request, escaped.</param>
    /// <param name="protocol">Value of the <c>Upgrade</c> header: <c>h2c</c>, <c>tcp</c>.</param>
    /// <param name="json">Body of the request; null for none.</param>
    /// <param name="cancellationToken">Cancels the request; the connection is the caller's afterwards.</param>
    /// <exception cref="EngineFailedException">The engine cannot be reached or answered otherwise; its status stands in <see cref="EngineFailedException.Status"/>.</exception>
    public static Task<UpgradedStream> OpenAsync(
        EngineAddress address, string path, string protocol, ReadOnlyMemory<byte>? json, CancellationToken cancellationToken) => EngineFault.GuardAsync(
        async () =>
        {
            Socket? socket = null;
            var client = EngineConnection.Open(address, opened => socket = opened);
            HttpResponseMessage? response = null;
            try
            {
                response = await client.SendAsync(Request(path, protocol, json), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
                {
                    var error = response.IsSuccessStatusCode
                        ? $"it answered with status {(int)response.StatusCode} and does not upgrade the connection"
                        : EngineReply.ErrorOf(response, await EngineReply.ReadAsync(response, cancellationToken));
                    throw new EngineFailedException(error) { Status = response.StatusCode };
                }

                return new UpgradedStream(await response.Content.ReadAsStreamAsync(cancellationToken), socket, new Owner(client, response));
            }
            catch
            {
                response?.Dispose();
                client.Dispose();
                throw;
            }
        },
        cancellationToken);

    private static HttpRequestMessage Request(string path, string protocol, ReadOnlyMemory<byte>? json)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd(protocol);
        request.Content = json is { } body ? new ReadOnlyMemoryContent(body) { Headers = { { "Content-Type", "application/json" } } } : null;
        return request;
    }

    private sealed class Owner(HttpClient client, HttpResponseMessage response) : IDisposable
    {
        public void Dispose()
        {
            response.Dispose();
            client.Dispose();
        }
    }
}
