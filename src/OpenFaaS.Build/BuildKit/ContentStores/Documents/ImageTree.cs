using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores.Documents;

/// <summary>A manifest with its configuration.</summary>
/// <param name="Descriptor">Points to the manifest, with what the index says of it.</param>
/// <param name="Bytes">The manifest, exactly as hashed.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="Config">The configuration, exactly as hashed.</param>
/// <param name="Image">The configuration of a platform's image; null for an attachment.</param>
internal sealed record ManifestDocument(Descriptor Descriptor, byte[] Bytes, ImageManifest Manifest, byte[] Config, ImageConfig? Image);

/// <summary>All documents of an image, verified and fitting together; its layers have not been looked at.</summary>
/// <param name="Descriptor">Points to <paramref name="Document"/>.</param>
/// <param name="Document">The index, or the manifest where there is none, exactly as hashed.</param>
/// <param name="Platforms">Manifests of images, one a platform.</param>
/// <param name="Attachments">Manifests of provenance and bills of materials.</param>
internal sealed record ImageTree(Descriptor Descriptor, byte[] Document, IReadOnlyList<ManifestDocument> Platforms, IReadOnlyList<ManifestDocument> Attachments)
{
    /// <summary>Bytes of index, manifests, configurations and layers, each blob once.</summary>
    public long Size => Platforms.Concat(Attachments)
        .SelectMany(document => document.Manifest.Layers.Append(document.Descriptor).Append(document.Manifest.Config))
        .Append(Descriptor)
        .DistinctBy(descriptor => descriptor.Digest)
        .Sum(descriptor => descriptor.Size);

    /// <summary>The image with its layers.</summary>
    /// <param name="bases">What it was made from.</param>
    /// <param name="layer">The layer of a descriptor; the second part is the digest of its content without compression, or its own for an attachment's.</param>
    public BuiltImage ToImage(IReadOnlyDictionary<string, Digest> bases, Func<Descriptor, Digest, ImageLayer> layer) => new()
    {
        Document = Document,
        Descriptor = Descriptor,
        Bases = bases,
        Platforms =
        [
            .. Platforms.Select(document => new PlatformImage
            {
                Platform = ImageDocuments.PlatformOf(document),
                Config = document.Config,
                ConfigDescriptor = document.Manifest.Config,
                Manifest = document.Bytes,
                ManifestDescriptor = document.Descriptor,
                Layers = [.. document.Manifest.Layers.Zip(document.Image!.RootFs.DiffIds, layer)],
            }),
        ],
        Attachments =
        [
            .. Attachments.Select(document => new ImageAttachment
            {
                Config = document.Config,
                ConfigDescriptor = document.Manifest.Config,
                Manifest = document.Bytes,
                ManifestDescriptor = document.Descriptor,
                Layers = [.. document.Manifest.Layers.Select(descriptor => layer(descriptor, descriptor.Digest))],
            }),
        ],
    };
}
