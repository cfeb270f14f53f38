using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Publishing.Delivery;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Publishing.UpToDate;

/// <summary>Whether the last publish still stands: same input, same bases, image still in place. Asks registries by HEAD and reads no blob.</summary>
internal sealed class UpToDateCheck(RegistryConnections registries, IBuildLog log)
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

            var found = await registries.Repository(reference).HeadManifestAsync(reference.TagOrDigest, cancellationToken);
            if (found?.Digest.ToString() != digest)
            {
                log.Message(MessageImportance.Normal, $"The base image {name} has moved since the last publish.");
                return false;
            }
        }

        return true;
    }
}
