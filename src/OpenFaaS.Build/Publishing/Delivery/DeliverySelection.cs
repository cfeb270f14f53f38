using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Publishing.Delivery;

/// <summary>The way to the model's destination.</summary>
internal static class DeliverySelection
{
    public static IImageDelivery Select(PublishSession session)
    {
        var function = session.Function;
        var destination = function.Destination;
        var archive = new ImageArchiveWriter(destination.Names, new BlobReader(session.Downloads).OpenAsync, function.Image.Epoch);
        switch (destination)
        {
            case RegistryDestination registry:
                return new RegistryDelivery(registry, session.Registries, session.Log);
            case ArchiveDestination file:
                return new ArchiveDelivery(archive, file.Path);
            case EngineDestination { Engine: { } wanted }:
                throw BuilderDiagnostics.EngineUnreachable.With(wanted, "its usual address", "loading into engines is not part of this version").ToException();
            case EngineDestination engine:
                session.Log.Message(MessageImportance.Normal, "No local engine answers: the image is written to an archive.");
                return new ArchiveDelivery(archive, engine.FallbackPath);
            default:
                throw new InvalidOperationException($"Unknown destination {destination.GetType().Name}.");
        }
    }
}
