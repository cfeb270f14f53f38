using OpenFaaS.Build.Builders.BuildKit.Plans;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>The daemon pushes the image to its registry.</summary>
internal sealed class PushRoute(ImageBuild build, BuildKitConnection connection, RegistryConnections registries) : ImageRoute(build, connection)
{
    public override SolveExporter Exporter
    {
        get
        {
            var names = Build.Function.Destination.Names;
            var attributes = ExporterAttributes.Of(Build.Function.Image, Build.Function.Builder.Steps);
            attributes["name"] = ExporterAttributes.Names(names);
            attributes["push"] = "true";
            if (names.All(name => Build.Function.Builder.InsecureRegistries.Contains(name.Registry, StringComparer.OrdinalIgnoreCase)))
            {
                attributes["registry.insecure"] = "true";
            }

            return new SolveExporter("image", attributes);
        }
    }

    public override async Task<(ImageSummary Summary, BuiltImage? Image)> FinishAsync(SolveResult result, CancellationToken cancellationToken)
    {
        var digest = SolveAnswer.Digest(result, Connection.Address);
        return (await ImageReading.FromDaemonAsync(Connection, digest, cancellationToken)
            ?? await ImageReading.FromRegistryAsync(registries, Build.Function.Destination.Names[0], digest, Connection.Address, cancellationToken), null);
    }
}
