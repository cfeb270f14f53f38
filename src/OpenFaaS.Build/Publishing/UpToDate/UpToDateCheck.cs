using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Publishing.Delivery;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Publishing.UpToDate;

/// <summary>Whether the last publish still stands: same input, same bases, image still in place. Asks registries by HEAD and reads no blob.</summary>
/// <param name="registries">How registries are reached.</param>
/// <param name="log">Where reasons are told.</param>
/// <param name="pin">The digest that a base image is pinned to now; null for one that is not.</param>
internal sealed class UpToDateCheck(RegistryConnections registries, IBuildLog log, Func<ImageReference, Digest?>? pin = null)
{
    public async Task<bool> IsCurrentAsync(PublishState state, string fingerprint, IImageDelivery delivery, CancellationToken cancellationToken)
    {
        if (state.Fingerprint != fingerprint)
        {
            log.Message(MessageImportance.Normal, "The input has changed since the last publish.");
            return false;
        }

        return await AreBasesUnmovedAsync(state, cancellationToken)
            && await delivery.IsInPlaceAsync(state.Image.Digest, state.Image.ConfigDigest, state.Receipt, cancellationToken);
    }

    private async Task<bool> AreBasesUnmovedAsync(PublishState state, CancellationToken cancellationToken)
    {
        foreach (var (name, digest) in state.Bases)
        {
            if (!ImageReference.TryParse(name, out var reference))
            {
                return false;
            }

            // A reference by digest cannot move.
            if (reference.Digest is not null)
            {
                continue;
            }

            // Nor does a pinned one, wherever its tag leads by now; only the pin itself can have changed.
            if (pin?.Invoke(reference) is { } pinned)
            {
                if (pinned.ToString() == digest)
                {
                    continue;
                }

                log.Message(MessageImportance.Normal, $"The base image {name} is pinned to another digest since the last publish.");
                return false;
            }

            if (await DigestAsync(reference, cancellationToken) is not { } found)
            {
                return false;
            }

            if (found != digest)
            {
                log.Message(MessageImportance.Normal, $"The base image {name} has moved since the last publish.");
                return false;
            }
        }

        return true;
    }

    // Where a registry refuses, or has no such image, it may be in the builder's store alone: the builder says so, or finds it.
    private async Task<string?> DigestAsync(ImageReference image, CancellationToken cancellationToken)
    {
        try
        {
            return (await registries.Repository(image).HeadManifestAsync(image.TagOrDigest, cancellationToken))?.Digest.ToString() ?? "";
        }
        catch (DiagnosticException e)
        {
            log.Message(MessageImportance.Normal, $"The registry does not tell whether the base image {image} has moved since the last publish: {e.Diagnostics[0].Message}");
            return null;
        }
    }
}
