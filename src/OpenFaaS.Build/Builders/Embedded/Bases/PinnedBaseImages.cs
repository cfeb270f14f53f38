using OpenFaaS.Build.Builders.Embedded.Stages;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Embedded.Bases;

/// <summary>Base images of which some are pinned: a pinned one is loaded by its digest, so that no registry is asked what its tag names now.</summary>
/// <param name="images">Where images come from.</param>
/// <param name="pin">The digest that a reference is pinned to, of the manifest or index; null for one that is not.</param>
/// <param name="used">Told what a reference without a digest was loaded as, pinned or not.</param>
internal sealed class PinnedBaseImages(IBaseImageProvider images, Func<ImageReference, Digest?> pin, Action<ImageReference, Digest> used) : IBaseImageProvider
{
    /// <inheritdoc/>
    public async Task<StageBase> LoadAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        if (reference.Digest is not null)
        {
            return await images.LoadAsync(reference, platform, cancellationToken);
        }

        // The tag stays in the name: registries are asked for the digest, and messages show both.
        var image = await images.LoadAsync(reference with { Digest = pin(reference) }, platform, cancellationToken);
        used(reference, image.Digest);
        return image;
    }
}
