using System.Text.Json;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.Solving.Caches;

/// <summary>The manifest of a cache: an index over layers and BuildKit's own configuration, or with <c>image-manifest</c> a manifest of both.</summary>
internal static class CacheManifest
{
    /// <summary>The blobs that it names; null where it is malformed.</summary>
    public static IReadOnlySet<Digest>? Names(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            IReadOnlyList<Descriptor?>? entries;
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("manifests", out _))
            {
                entries = OciJson.ReadIndex(json).Manifests;
            }
            else
            {
                var manifest = OciJson.ReadManifest(json);
                entries = manifest.Layers is null ? null : [.. manifest.Layers, manifest.Config];
            }

            return entries is null || entries.Contains(null) ? null : entries.Select(entry => entry!.Digest).ToHashSet();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
