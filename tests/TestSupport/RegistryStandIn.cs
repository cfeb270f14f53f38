using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A registry in memory that can be made to misbehave; for faults only, everything else is tested with the real one.</summary>
public sealed class RegistryStandIn : IAsyncDisposable
{
    private readonly StandInServer server;

    /// <summary>Starts it.</summary>
    public RegistryStandIn(string address = "127.0.0.1", X509Certificate2? certificate = null) =>
        server = new StandInServer(request => Fault?.Invoke(request) ?? Answer(request), address, certificate);

    /// <summary>Answers instead of the registry where it does not return null.</summary>
    public Func<StandInRequest, StandInReply?>? Fault { get; set; }

    /// <inheritdoc cref="StandInServer.Name"/>
    public string Name => server.Name;

    /// <inheritdoc cref="StandInServer.Url"/>
    public string Url => server.Url;

    /// <inheritdoc cref="StandInServer.Requests"/>
    public IReadOnlyList<StandInRequest> Requests => server.Requests;

    /// <summary>Blobs by digest.</summary>
    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new(StringComparer.Ordinal);

    /// <summary>Manifests with their media types, by tag and digest.</summary>
    public ConcurrentDictionary<string, (byte[] Bytes, string MediaType)> Manifests { get; } = new(StringComparer.Ordinal);

    /// <summary>Stores a blob.</summary>
    public Descriptor Add(byte[] blob, string mediaType = MediaTypes.OciLayerGzip)
    {
        var digest = Digest.Of(blob);
        Blobs[digest.ToString()] = blob;
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = blob.Length };
    }

    /// <summary>Stores a manifest or index under its digest and a tag.</summary>
    public Descriptor AddManifest(byte[] manifest, string mediaType, string? tag = null)
    {
        var digest = Digest.Of(manifest);
        Manifests[digest.ToString()] = (manifest, mediaType);
        if (tag is not null)
        {
            Manifests[tag] = (manifest, mediaType);
        }

        return new Descriptor { MediaType = mediaType, Digest = digest, Size = manifest.Length };
    }

    /// <summary>Number of requests of a kind.</summary>
    public int Count(string kind) => Requests.Count(request => request.Kind == kind);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>What a faultless registry answers.</summary>
    public StandInReply Answer(StandInRequest request)
    {
        var name = Uri.UnescapeDataString(request.Path.Split('/')[^1]);
        return request.Kind switch
        {
            "ping" => new StandInReply(200),
            "GET manifest" or "HEAD manifest" => Manifests.TryGetValue(name, out var found)
                ? new StandInReply(200, found.Bytes, ("Content-Type", found.MediaType), ("Docker-Content-Digest", Digest.Of(found.Bytes).ToString()))
                : new StandInReply(404),
            "PUT manifest" => Put(name, request),
            "GET blob" or "HEAD blob" => Blobs.TryGetValue(name, out var blob) ? Blob(blob, request) : new StandInReply(404),
            "mount" => Blobs.ContainsKey(Parameter(request, "mount")) ? new StandInReply(201) : Session(request),
            "POST upload" => Session(request),
            "PUT upload" => Upload(request),
            "DELETE upload" => new StandInReply(204),
            _ => new StandInReply(404),
        };
    }

    private static StandInReply Session(StandInRequest request) =>
        new(202, "", ("Location", $"{request.Path}{Guid.NewGuid():N}?_state=abc%3D"));

    private static StandInReply Blob(byte[] blob, StandInRequest request)
    {
        if (!request.Headers.TryGetValue("range", out var range))
        {
            return new StandInReply(200, blob);
        }

        var from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        return new StandInReply(206, blob[from..], ("Content-Range", $"bytes {from}-{blob.Length - 1}/{blob.Length}"));
    }

    private static string Parameter(StandInRequest request, string name) =>
        request.Query.Split('&').Select(part => part.Split('=', 2)).Where(part => part[0] == name).Select(part => Uri.UnescapeDataString(part[1])).FirstOrDefault("");

    private StandInReply Upload(StandInRequest request)
    {
        var digest = Digest.Of(request.Body);
        if (digest.ToString() != Parameter(request, "digest") || Parameter(request, "_state") != "abc=")
        {
            return new StandInReply(400, """{"errors":[{"code":"DIGEST_INVALID"}]}""");
        }

        Blobs[digest.ToString()] = request.Body;
        return new StandInReply(201, "", ("Docker-Content-Digest", digest.ToString()));
    }

    private StandInReply Put(string name, StandInRequest request)
    {
        var stored = AddManifest(request.Body, request.Headers["content-type"], name);
        return new StandInReply(201, "", ("Docker-Content-Digest", stored.Digest.ToString()));
    }
}
