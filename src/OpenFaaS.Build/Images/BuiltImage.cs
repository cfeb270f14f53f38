using OpenFaaS.Build.Context;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Images;

/// <summary>Where the bytes of a blob are.</summary>
public abstract record BlobContent;

/// <summary>The bytes are on this machine.</summary>
public sealed record LocalBlob(IContentSource Source) : BlobContent;

/// <summary>The bytes are in a registry and have not been downloaded.</summary>
/// <param name="Registry">Host with optional port.</param>
/// <param name="Repository">Repository that holds the blob.</param>
public sealed record RemoteBlob(string Registry, string Repository) : BlobContent;

/// <summary>A layer of an image.</summary>
/// <param name="Descriptor">Media type, digest and size of the (compressed) blob.</param>
/// <param name="DiffId">Digest of the uncompressed tar.</param>
/// <param name="Content">Where the bytes are.</param>
public sealed record ImageLayer(Descriptor Descriptor, Digest DiffId, BlobContent Content);

/// <summary>The image of one platform.</summary>
public sealed record PlatformImage
{
    public required Platform Platform { get; init; }

    /// <summary>The configuration's JSON, exactly as hashed.</summary>
    public required byte[] Config { get; init; }

    public required Descriptor ConfigDescriptor { get; init; }

    /// <summary>The manifest's JSON, exactly as hashed.</summary>
    public required byte[] Manifest { get; init; }

    /// <summary>Points to the manifest, with its platform.</summary>
    public required Descriptor ManifestDescriptor { get; init; }

    /// <summary>Layers, lowest first.</summary>
    public required IReadOnlyList<ImageLayer> Layers { get; init; }
}

/// <summary>A manifest beside the images of an index that runs on no platform: provenance, a bill of materials.</summary>
public sealed record ImageAttachment
{
    /// <summary>The manifest's JSON, exactly as hashed.</summary>
    public required byte[] Manifest { get; init; }

    /// <summary>Points to the manifest, with the annotations that say what it belongs to.</summary>
    public required Descriptor ManifestDescriptor { get; init; }

    /// <summary>The configuration's JSON, exactly as hashed.</summary>
    public required byte[] Config { get; init; }

    public required Descriptor ConfigDescriptor { get; init; }

    /// <summary>The statements; they are not compressed, so the digest of each is its diff id too.</summary>
    public required IReadOnlyList<ImageLayer> Layers { get; init; }
}

/// <summary>A finished image: one manifest, or an index over several platforms.</summary>
public sealed record BuiltImage
{
    /// <summary>JSON of the manifest, or of the index with several platforms.</summary>
    public required byte[] Document { get; init; }

    /// <summary>Points to <see cref="Document"/>; its digest is what a registry serves for the image.</summary>
    public required Descriptor Descriptor { get; init; }

    /// <summary>One image a platform, in the order asked for.</summary>
    public required IReadOnlyList<PlatformImage> Platforms { get; init; }

    /// <summary>What else <see cref="Document"/> names: statements about the images.</summary>
    public IReadOnlyList<ImageAttachment> Attachments { get; init; } = [];

    /// <summary>What the image was made from: digests by reference, for the check of moved bases.</summary>
    public required IReadOnlyDictionary<string, Digest> Bases { get; init; }

    /// <summary>Every manifest below <see cref="Document"/>, with its bytes; none where that is the only one.</summary>
    public IEnumerable<(Descriptor Descriptor, byte[] Bytes)> Manifests => Platforms.Select(platform => (platform.ManifestDescriptor, platform.Manifest))
        .Concat(Attachments.Select(attachment => (attachment.ManifestDescriptor, attachment.Manifest)))
        .Where(manifest => manifest.Item1.Digest != Descriptor.Digest)
        .DistinctBy(manifest => manifest.Item1.Digest);

    /// <summary>Every configuration, with its bytes.</summary>
    public IEnumerable<(Descriptor Descriptor, byte[] Bytes)> Configs => Platforms.Select(platform => (platform.ConfigDescriptor, platform.Config))
        .Concat(Attachments.Select(attachment => (attachment.ConfigDescriptor, attachment.Config)))
        .DistinctBy(config => config.Item1.Digest);

    /// <summary>Every layer, those of the attachments last.</summary>
    public IEnumerable<ImageLayer> Layers => Platforms.SelectMany(platform => platform.Layers)
        .Concat(Attachments.SelectMany(attachment => attachment.Layers))
        .DistinctBy(layer => layer.Descriptor.Digest);

    /// <summary>Bytes of manifests, configurations and layers, each blob once.</summary>
    public long Size => Descriptor.Size
        + Manifests.Sum(manifest => manifest.Descriptor.Size)
        + Configs.Sum(config => config.Descriptor.Size)
        + Layers.Sum(layer => layer.Descriptor.Size);
}
