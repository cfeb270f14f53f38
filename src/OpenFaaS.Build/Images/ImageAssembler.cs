using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Images;

/// <summary>Puts configuration and layers together: manifest, and index for several platforms.</summary>
public static class ImageAssembler
{
    /// <summary>The image of one platform.</summary>
    /// <param name="platform">The platform asked for.</param>
    /// <param name="config">Its configuration; <c>rootfs</c> must match <paramref name="layers"/>.</param>
    /// <param name="layers">Layers, lowest first.</param>
    /// <param name="format">Media types to use; the base image's are converted.</param>
    /// <param name="annotations">Annotations of the manifest (OCI only).</param>
    public static PlatformImage Assemble(
        Platform platform, ImageConfig config, IReadOnlyList<ImageLayer> layers, ImageFormat format, IReadOnlyDictionary<string, string> annotations) =>
        Assemble(platform, OciJson.Write(config), layers, format, annotations);

    /// <summary>The same with a configuration as it is, byte for byte.</summary>
    public static PlatformImage Assemble(
        Platform platform, byte[] configJson, IReadOnlyList<ImageLayer> layers, ImageFormat format, IReadOnlyDictionary<string, string> annotations)
    {
        var configDescriptor = new Descriptor
        {
            MediaType = format == ImageFormat.Oci ? MediaTypes.OciConfig : MediaTypes.DockerConfig,
            Digest = Digest.Of(configJson),
            Size = configJson.Length,
        };
        var converted = layers.Select(layer => layer with { Descriptor = Convert(layer.Descriptor, format) }).ToList();
        var manifest = new ImageManifest
        {
            MediaType = format == ImageFormat.Oci ? MediaTypes.OciManifest : MediaTypes.DockerManifest,
            Config = configDescriptor,
            Layers = [.. converted.Select(layer => layer.Descriptor)],
            Annotations = Sorted(annotations, format),
        };
        var json = OciJson.Write(manifest);
        return new PlatformImage
        {
            Platform = platform,
            Config = configJson,
            ConfigDescriptor = configDescriptor,
            Manifest = json,
            ManifestDescriptor = new Descriptor
            {
                MediaType = manifest.MediaType,
                Digest = Digest.Of(json),
                Size = json.Length,
                Platform = DescriptorPlatform.From(platform),
            },
            Layers = converted,
        };
    }

    /// <summary>One platform gives its manifest, several give an index.</summary>
    public static BuiltImage Combine(
        IReadOnlyList<PlatformImage> platforms, ImageFormat format, IReadOnlyDictionary<string, string> annotations, IReadOnlyDictionary<string, Digest> bases)
    {
        if (platforms.Count == 1)
        {
            var only = platforms[0];
            return new BuiltImage
            {
                Document = only.Manifest,
                Descriptor = only.ManifestDescriptor with { Platform = null },
                Platforms = platforms,
                Bases = bases,
            };
        }

        var index = new ImageIndex
        {
            MediaType = format == ImageFormat.Oci ? MediaTypes.OciIndex : MediaTypes.DockerManifestList,
            Manifests = [.. platforms.Select(platform => platform.ManifestDescriptor)],
            Annotations = Sorted(annotations, format),
        };
        var json = OciJson.Write(index);
        return new BuiltImage
        {
            Document = json,
            Descriptor = new Descriptor { MediaType = index.MediaType, Digest = Digest.Of(json), Size = json.Length },
            Platforms = platforms,
            Bases = bases,
        };
    }

    private static SortedDictionary<string, string>? Sorted(IReadOnlyDictionary<string, string> annotations, ImageFormat format) =>
        annotations.Count == 0 || format == ImageFormat.Docker
            ? null
            : new SortedDictionary<string, string>(annotations.ToDictionary(), StringComparer.Ordinal);

    private static Descriptor Convert(Descriptor layer, ImageFormat format) => layer with
    {
        Annotations = null,
        MediaType = (format, layer.MediaType) switch
        {
            (ImageFormat.Oci, MediaTypes.DockerLayerGzip) => MediaTypes.OciLayerGzip,
            (ImageFormat.Oci, MediaTypes.DockerLayerZstd) => MediaTypes.OciLayerZstd,
            (ImageFormat.Oci, MediaTypes.DockerLayer) => MediaTypes.OciLayer,
            (ImageFormat.Docker, MediaTypes.OciLayerGzip) => MediaTypes.DockerLayerGzip,
            (ImageFormat.Docker, MediaTypes.OciLayerZstd) => MediaTypes.DockerLayerZstd,
            (ImageFormat.Docker, MediaTypes.OciLayer) => MediaTypes.DockerLayer,
            _ => layer.MediaType,
        },
    };
}
