using OpenFaaS.Build.Builders.BuildKit.Plans;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>The image stays in the engine that built it (containerd image store).</summary>
internal sealed class StoreRoute(ImageBuild build, BuildKitConnection connection) : ImageRoute(build, connection)
{
    public override SolveExporter Exporter
    {
        get
        {
            var attributes = ExporterAttributes.Of(Build.Function.Image, Build.Function.Builder.Steps);
            attributes["name"] = ExporterAttributes.Names(Build.Function.Destination.Names);
            return new SolveExporter("image", attributes);
        }
    }

    public override async Task<(ImageSummary Summary, BuiltImage? Image)> FinishAsync(SolveResult result, CancellationToken cancellationToken)
    {
        var digest = SolveAnswer.Digest(result, Connection.Address);
        return (await ImageReading.FromDaemonAsync(Connection, digest, cancellationToken)
            ?? throw BuildKitBuildDiagnostics.ImageNotReadable.With(digest, Connection.Address, "the engine does not give its content").ToException(), null);
    }
}
