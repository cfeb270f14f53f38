using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Registry.BaseImages;

/// <summary>An image in a registry, for one platform; its layers have not been downloaded.</summary>
/// <param name="Reference">The reference that was resolved.</param>
/// <param name="Digest">What the reference names: the digest of the index, or of the manifest where there is no index. A base has moved when HEAD gives another one.</param>
/// <param name="Manifest">Manifest of the platform.</param>
/// <param name="Config">Configuration of the platform.</param>
/// <param name="ManifestBytes">The manifest, exactly as hashed.</param>
/// <param name="ConfigBytes">The configuration, exactly as hashed.</param>
public sealed record BaseImage(
    ImageReference Reference, Digest Digest, ImageManifest Manifest, ImageConfig Config, byte[] ManifestBytes, byte[] ConfigBytes)
{
    /// <summary>The layers, lowest first, where they are.</summary>
    public IReadOnlyList<ImageLayer> Layers { get; } =
        [.. Manifest.Layers.Zip(Config.RootFs.DiffIds, (layer, diffId) => new ImageLayer(layer, diffId, new RemoteBlob(Reference.Registry, Reference.Repository)))];

    /// <summary>The platform that the configuration names.</summary>
    public Platform Platform { get; } = Platform.Normalize(Config.Os, Config.Architecture, Config.Variant);
}
