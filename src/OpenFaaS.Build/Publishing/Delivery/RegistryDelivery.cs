using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Publishing.Delivery;

/// <summary>Pushes to a registry.</summary>
internal sealed class RegistryDelivery(RegistryDestination destination, RegistryConnections registries, IBuildLog log) : IImageDelivery
{
    public async Task<bool> IsInPlaceAsync(string digest, string configDigest, DeliveryReceipt receipt, CancellationToken cancellationToken)
    {
        foreach (var name in destination.Names)
        {
            var found = await registries.Repository(name, RegistryAccess.Push).HeadManifestAsync(name.TagOrDigest, cancellationToken);
            if (found?.Digest.ToString() != digest)
            {
                log.Message(MessageImportance.Normal, $"{name} is {(found is null ? "gone" : "another image")}: it is put back.");
                return false;
            }
        }

        return true;
    }

    public async Task<DeliveryReceipt> ConfirmAsync(ImageSummary image, CancellationToken cancellationToken)
    {
        foreach (var name in destination.Names)
        {
            var found = await registries.Repository(name, RegistryAccess.Push).HeadManifestAsync(name.TagOrDigest, cancellationToken);
            if (found?.Digest != image.Digest)
            {
                throw RegistryDiagnostics.PushNotConfirmed.With(name, image.Digest, found is null ? "nothing" : found.Digest).ToException();
            }
        }

        return new DeliveryReceipt { Kind = DeliveryKind.Registry };
    }

    public async Task<DeliveryReceipt> DeliverAsync(BuiltImage image, CancellationToken cancellationToken)
    {
        await ImagePusher.PushAsync(image, destination.Names, registries, log, cancellationToken);
        return new DeliveryReceipt { Kind = DeliveryKind.Registry };
    }
}
