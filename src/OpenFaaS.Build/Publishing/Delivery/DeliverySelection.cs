using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Publishing.Delivery;

/// <summary>The way to the model's destination. A local engine is looked for here, before anything is built.</summary>
internal static class DeliverySelection
{
    public static async Task<IImageDelivery> SelectAsync(PublishSession session, FunctionModel function, IBuildLog log, CancellationToken cancellationToken)
    {
        var destination = function.Destination;
        var archive = new ImageArchiveWriter(destination.Names, new BlobReader(session.Downloads).OpenAsync, function.Image.Epoch);
        switch (destination)
        {
            case RegistryDestination registry:
                return new RegistryDelivery(registry, session.Registries, log);
            case ArchiveDestination file:
                return new ArchiveDelivery(archive, file.Path);
            case EngineDestination engine when await EngineLocator.FindAsync(engine.Engine, session.Environment, cancellationToken) is { } found:
                return new EngineDelivery(found, engine.Names, archive);
            case EngineDestination engine:
                log.Message(MessageImportance.Normal, "No service of a local engine answers: the image is written to an archive (LocalRegistry=Podman loads it with the command podman).");
                return new ArchiveDelivery(archive, engine.FallbackPath);
            default:
                throw new InvalidOperationException($"Unknown destination {destination.GetType().Name}.");
        }
    }
}
