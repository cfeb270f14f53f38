using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>The engine keeps the image in its classic store and pushes it from there.</summary>
internal sealed class ClassicPushRoute(ImageBuild build, BuildKitConnection connection, EngineApi engine, RegistryConnections registries) : ImageRoute(build, connection)
{
    public override SolveExporter Exporter => ClassicStoreRoute.ExporterOf(Build.Function.Destination.Names);

    public override async Task<(ImageSummary Summary, BuiltImage? Image)> FinishAsync(SolveResult result, CancellationToken cancellationToken)
    {
        SolveAnswer.Digest(result, Connection.Address);
        var names = Build.Function.Destination.Names;
        var digest = await EngineTags.PushAsync(engine, names, registries, _ => false, cancellationToken);
        return (await ImageReading.FromRegistryAsync(registries, names[0], digest, Connection.Address, cancellationToken), null);
    }
}
