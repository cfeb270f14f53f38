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
}
