using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Engines.Containerd;
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
            case EngineDestination engine when await FindAsync(engine.Engine, function.Builder.Engine.Containerd, session.Environment, cancellationToken) is { } found:
                return new EngineDelivery(found, engine.Names, archive);
            case EngineDestination engine:
                log.Message(MessageImportance.Normal, "No service of a local engine answers: the image is written to an archive (LocalRegistry=Podman loads it with the command podman, LocalRegistry=Containerd with ctr or nerdctl).");
                return new ArchiveDelivery(archive, engine.FallbackPath);
            default:
                throw new InvalidOperationException($"Unknown destination {destination.GetType().Name}.");
        }
    }

    // Only on demand: a containerd below Docker or Kubernetes is not where its users look for images.
    private static async Task<ILocalEngine?> FindAsync(
        string? wanted, ContainerdModel containerd, Func<string, string?> environment, CancellationToken cancellationToken) =>
        wanted == "containerd"
            ? await ContainerdLocator.FindAsync(containerd, environment, cancellationToken)
            : await EngineLocator.FindAsync(wanted, environment, cancellationToken);
}
