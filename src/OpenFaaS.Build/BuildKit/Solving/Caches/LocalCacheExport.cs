using System.Text.Json;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.Solving.Caches;

/// <summary>A local cache that a build writes.</summary>
/// <param name="Store">Its blobs.</param>
/// <param name="Tag">The tag that its manifest gets.</param>
/// <param name="MayFail">Whether the build succeeds without it (<c>ignore-error</c>).</param>
/// <param name="IsAlone">Whether everything that earlier builds have left in the folder is removed (<c>reset</c>).</param>
/// <param name="Use">Held while this build writes: nobody removes what it has written or found there.</param>
internal sealed record LocalCacheExport(ContentFolder Store, string Tag, bool MayFail, bool IsAlone, IDisposable Use) : IDisposable
{
    /// <summary>Name of the lock's file in a cache's folder.</summary>
    public const string UseFile = ".in-use.lock";

    private const string ManifestKey = "cache.manifest";

    /// <summary>Gives the manifest that the daemon has written its tag.</summary>
    /// <exception cref="DiagnosticException">The daemon has not written one, or the index cannot be changed.</exception>
    public async Task CompleteAsync(IReadOnlyDictionary<string, string> response, TimeProvider time, CancellationToken cancellationToken)
    {
        if (response.GetValueOrDefault(ManifestKey) is not { Length: > 0 } json)
        {
            if (!MayFail)
            {
                throw NotWritten("the daemon does not say what it has written");
            }

            return;
        }

        var manifest = Parse(json) ?? throw NotWritten("the daemon's description of it is malformed");
        if (Store.Find(manifest.Digest)?.Size != manifest.Size)
        {
            throw NotWritten($"the daemon names {manifest.Digest}, which it has not written");
        }

        try
        {
            var index = new LayoutIndex(Store.Folder);
            await index.PutAsync(manifest, Tag, time, cancellationToken);
            if (IsAlone)
            {
                await RemoveOthersAsync(index, manifest, time, cancellationToken);
            }
        }
        catch (InvalidDataException e)
        {
            throw NotWritten(e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Use.Dispose();

    // The tag has been moved by now, so that what is left is a cache in any case. Another build that still writes here keeps everything: the next
    // reset removes it. One that has been here since then has the last word.
    private async Task RemoveOthersAsync(LayoutIndex index, Descriptor manifest, TimeProvider time, CancellationToken cancellationToken)
    {
        Use.Dispose();
        using var alone = await LayoutLock.AcquireAsync(Path.Combine(Store.Folder, UseFile), 1, time, cancellationToken);
        if (alone is null || await index.FindAsync(Tag, cancellationToken) != manifest.Digest)
        {
            return;
        }

        if (manifest.Size > ContentLimits.Document)
        {
            throw NotWritten($"its manifest is larger than {ContentLimits.Document} bytes");
        }

        using var bytes = new MemoryStream();
        await foreach (var (_, data) in Store.ReadAsync(manifest.Digest, 0, 0, cancellationToken))
        {
            bytes.Write(data.Span);
        }

        var kept = CacheManifest.Names(bytes.ToArray()) ?? throw NotWritten("its manifest is malformed");
        await index.PutAsync(manifest, Tag, time, cancellationToken, isAlone: true);
        foreach (var blob in Store.List().Where(blob => blob.Digest != manifest.Digest && !kept.Contains(blob.Digest)).ToList())
        {
            Store.Delete(blob.Digest);
        }
    }

    private static Descriptor? Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            var root = document.RootElement;
            return Digest.TryParse(root.GetProperty("digest").GetString(), out var digest) && root.GetProperty("mediaType").GetString() is { Length: > 0 and < 256 } mediaType
                ? new Descriptor { MediaType = mediaType, Digest = digest, Size = root.GetProperty("size").GetInt64() }
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private DiagnosticException NotWritten(string reason) => BuildKitCacheDiagnostics.LocalCacheNotWritten.With(Store.Folder, reason).ToException();
}
