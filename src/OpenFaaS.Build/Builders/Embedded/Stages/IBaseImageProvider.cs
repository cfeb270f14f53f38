using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>Where images that FROM and COPY --from name come from.</summary>
internal interface IBaseImageProvider
{
    /// <summary>The image for a platform; its layers are downloaded only when their files are needed.</summary>
    Task<StageBase> LoadAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken);
}

/// <summary>An image to build on.</summary>
/// <param name="Config">Its configuration.</param>
/// <param name="Layers">Its layers, lowest first.</param>
/// <param name="Digest">What the reference points to now: the digest of the manifest or index.</param>
internal sealed record StageBase(ImageConfig Config, IReadOnlyList<StageLayer> Layers, Digest Digest);
