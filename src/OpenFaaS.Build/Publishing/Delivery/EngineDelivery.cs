using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Publishing.Delivery;

/// <summary>Loads into a local engine.</summary>
internal sealed class EngineDelivery(ILocalEngine engine, IReadOnlyList<ImageReference> names, ImageArchiveWriter archive) : IImageDelivery
{
    public ILocalEngine Engine => engine;

    public async Task<bool> IsInPlaceAsync(string digest, string configDigest, DeliveryReceipt receipt, CancellationToken cancellationToken)
    {
        if (receipt.Engine != engine.Name || receipt.EngineImageId is not { } id)
        {
            return false;
        }

        foreach (var name in names)
        {
            if (await engine.FindImageAsync(name, cancellationToken) != id)
            {
                return false;
            }
        }

        return true;
    }

    public async Task<DeliveryReceipt> ConfirmAsync(ImageSummary image, CancellationToken cancellationToken)
    {
        string? id = null;
        foreach (var name in names)
        {
            var found = await engine.FindImageAsync(name, cancellationToken);
            if (found is null || (found != image.Digest.ToString() && found != image.ConfigDigest?.ToString()))
            {
                throw EngineDiagnostics.EngineRefused.With(engine.Name, $"'{name}' is {(found is null ? "not there" : "another image")} after the build").ToException();
            }

            id = found;
        }

        return new DeliveryReceipt { Kind = DeliveryKind.Engine, Engine = engine.Name, EngineImageId = id };
    }

    public async Task<DeliveryReceipt> DeliverAsync(BuiltImage image, CancellationToken cancellationToken)
    {
        var id = await engine.LoadAsync(image, names, archive, cancellationToken);
        return new DeliveryReceipt { Kind = DeliveryKind.Engine, Engine = engine.Name, EngineImageId = id };
    }
}
