using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Registry.BaseImages;

/// <summary>Reads verified documents and checks that they belong together.</summary>
internal static class ImageReader
{
    private const int MostLayers = 512;
    private const int MostManifests = 2000;

    /// <summary>The error for an image whose parts do not fit.</summary>
    public static DiagnosticException Inconsistent(ImageReference reference, string reason) =>
        RegistryDiagnostics.InconsistentImage.With(reference, reason).ToException();

    /// <summary>The document as an index.</summary>
    public static ImageIndex ReadIndex(ImageReference reference, RegistryDocument document)
    {
        try
        {
            var index = OciJson.ReadIndex(document.Bytes);
            return index.Manifests is { Count: <= MostManifests } manifests && manifests.All(entry => entry is { Size: >= 0 })
                ? index
                : throw Inconsistent(reference, "its index has too many or malformed entries");
        }
        catch (JsonException)
        {
            throw Inconsistent(reference, "its index is malformed");
        }
    }

    /// <summary>The document as the manifest of an image; artifacts are refused.</summary>
    public static ImageManifest ReadManifest(ImageReference reference, RegistryDocument document)
    {
        if (!MediaTypes.IsManifest(document.MediaType))
        {
            throw NotAnImage(reference, $"its media type is {document.MediaType}");
        }

        ImageManifest manifest;
        try
        {
            manifest = OciJson.ReadManifest(document.Bytes);
        }
        catch (JsonException)
        {
            throw Inconsistent(reference, "its manifest is malformed");
        }

        if (manifest.Config is not { Size: >= 0 } || manifest.Layers is not { Count: <= MostLayers } || !manifest.Layers.All(layer => layer is { Size: >= 0 }))
        {
            throw Inconsistent(reference, "its manifest has too many or malformed layers");
        }

        return manifest.Config.MediaType is MediaTypes.OciConfig or MediaTypes.DockerConfig
            ? manifest
            : throw NotAnImage(reference, $"its configuration has the media type {SafeText.Neutralize(manifest.Config.MediaType)}");
    }

    /// <summary>Whether a fetched document is what the index said.</summary>
    public static void CheckChild(ImageReference reference, Descriptor entry, RegistryDocument child)
    {
        if (child.Bytes.Length != entry.Size || MediaTypes.IsIndex(child.MediaType) != MediaTypes.IsIndex(entry.MediaType))
        {
            throw Inconsistent(reference, $"{entry.Digest} has another size or media type than its index says");
        }
    }

    /// <summary>Whether layers and configuration belong together and can be read.</summary>
    public static void Check(ImageReference reference, ImageManifest manifest, ImageConfig config)
    {
        if (config.RootFs?.DiffIds is not { } diffIds || diffIds.Count != manifest.Layers.Count)
        {
            throw Inconsistent(reference, $"the manifest has {manifest.Layers.Count} layers and the configuration {config.RootFs?.DiffIds?.Count ?? 0}");
        }

        if (string.IsNullOrEmpty(config.Os) || string.IsNullOrEmpty(config.Architecture))
        {
            throw Inconsistent(reference, "its configuration names no platform");
        }

        if (manifest.Layers.FirstOrDefault(layer => !IsLayer(layer.MediaType)) is { } foreign)
        {
            throw NotAnImage(reference, $"a layer has the media type {SafeText.Neutralize(foreign.MediaType ?? "")}");
        }
    }

    private static bool IsLayer(string? mediaType) => mediaType is MediaTypes.OciLayer or MediaTypes.OciLayerGzip or MediaTypes.OciLayerZstd
        or MediaTypes.DockerLayer or MediaTypes.DockerLayerGzip or MediaTypes.DockerLayerZstd;

    private static DiagnosticException NotAnImage(ImageReference reference, string reason) =>
        RegistryDiagnostics.NotAnImage.With(reference, reason).ToException();
}
