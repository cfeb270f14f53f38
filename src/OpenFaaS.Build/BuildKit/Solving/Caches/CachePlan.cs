using System.Text.Json.Nodes;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.Solving.Caches;

/// <summary>The caches of one build, ready for its solve and its session. Disposed after the session.</summary>
internal sealed record CachePlan : IAsyncDisposable
{
    /// <summary>No caches.</summary>
    public static CachePlan None { get; } = new();

    public IReadOnlyList<CacheEntry> Imports { get; init; } = [];

    /// <summary>The local one is last: the daemon tells of one manifest only, that of the last cache it wrote.</summary>
    public IReadOnlyList<CacheEntry> Exports { get; init; } = [];

    /// <summary>Content stores for the session.</summary>
    public IReadOnlyDictionary<string, ContentFolder> Stores { get; init; } = new Dictionary<string, ContentFolder>();

    /// <summary>Images of registries that are read or written, for which credentials may be asked.</summary>
    public IReadOnlyList<ImageReference> References { get; init; } = [];

    /// <summary>The local cache that is written, if any.</summary>
    public LocalCacheExport? LocalExport { get; init; }

    /// <summary>Attributes for the frontend: it has to hear of the imports too, or it does not use them.</summary>
    public IReadOnlyDictionary<string, string> FrontendAttributes => Imports.Count == 0
        ? new Dictionary<string, string>()
        : new Dictionary<string, string> { ["cache-imports"] = new JsonArray([.. Imports.Select(Json)]).ToJsonString() };

    /// <summary>What is left to do after the build: the local cache gets its tag.</summary>
    /// <param name="response">The answer of the solve.</param>
    /// <param name="cancellationToken">Cancels; the tag stays where it was then.</param>
    /// <exception cref="Diagnostics.DiagnosticException">The daemon has not written the cache, or its index cannot be changed.</exception>
    public Task CompleteAsync(IReadOnlyDictionary<string, string> response, CancellationToken cancellationToken) =>
        LocalExport?.CompleteAsync(response, TimeProvider.System, cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var store in Stores.Values)
        {
            await store.DisposeAsync();
        }

        LocalExport?.Dispose();
    }

    private static JsonNode Json(CacheEntry entry) => new JsonObject
    {
        ["Type"] = entry.Type,
        ["Attrs"] = new JsonObject(entry.Attributes.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
    };
}
