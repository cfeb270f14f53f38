using System.Text.Json;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Registry;

/// <summary>
/// Finds out what a document is. The header and the document's own field must agree, and a document that could be read as both
/// a manifest and an index is refused: two readers could then see two images under one digest.
/// </summary>
internal static class ManifestMediaType
{
    /// <summary>The media type, or what is wrong.</summary>
    public static (string? MediaType, string? Problem) Determine(ReadOnlyMemory<byte> json, string? header)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (null, "the manifest is no JSON object");
            }

            var isIndex = root.TryGetProperty("manifests", out _);
            var isManifest = root.TryGetProperty("config", out _) || root.TryGetProperty("layers", out _);
            if (isIndex && (isManifest || root.TryGetProperty("fsLayers", out _)))
            {
                return (null, "the document could be a manifest as well as an index");
            }

            var field = root.TryGetProperty("mediaType", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            var sent = header is null or "application/json" or "application/octet-stream" or "text/plain" ? null : header;
            if (field is not null && sent is not null && field != sent)
            {
                return (null, "the media types of the header and of the manifest differ");
            }

            var mediaType = field ?? sent ?? (isIndex ? MediaTypes.OciIndex : isManifest ? MediaTypes.OciManifest : "application/json");
            return (MediaTypes.IsIndex(mediaType) && isManifest) || (MediaTypes.IsManifest(mediaType) && isIndex)
                ? (null, "the manifest's media type contradicts its content")
                : (Transport.SafeText.Neutralize(mediaType), null);
        }
        catch (JsonException)
        {
            return (null, "the manifest is no valid JSON");
        }
    }
}
