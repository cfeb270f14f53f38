using OpenFaaS.Build.Builders.BuildKit.Plans;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>The image stays in the engine that built it (classic image store), which has no manifest of it: its digest is the image's id.</summary>
internal sealed class ClassicStoreRoute(ImageBuild build, BuildKitConnection connection) : ImageRoute(build, connection)
{
    public override SolveExporter Exporter => ExporterOf(Build.Function.Destination.Names);

    /// <summary>The exporter of engines with the classic store.</summary>
    public static SolveExporter ExporterOf(IEnumerable<ImageReference> names) =>
        new("moby", new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = ExporterAttributes.Names(names) });

    public override Task<(ImageSummary Summary, BuiltImage? Image)> FinishAsync(SolveResult result, CancellationToken cancellationToken)
    {
        var id = SolveAnswer.Digest(result, Connection.Address);
        return Task.FromResult<(ImageSummary, BuiltImage?)>((EngineStore.SummaryOf(id, Build.Function.Image.Platforms), null));
    }
}
