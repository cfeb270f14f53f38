using OpenFaaS.Build.Builders.BuildKit.Plans;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Images;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>The engine keeps the image in its classic store without a name, and gives it out from there: BuildKit itself cannot in such an engine.</summary>
internal sealed class ClassicArchiveRoute(ImageBuild build, BuildKitConnection connection, EngineApi engine) : ImageRoute(build, connection)
{
    public override SolveExporter Exporter { get; } = new("moby", new Dictionary<string, string>(StringComparer.Ordinal));

    public override async Task<(ImageSummary Summary, BuiltImage? Image)> FinishAsync(SolveResult result, CancellationToken cancellationToken)
    {
        var id = SolveAnswer.Digest(result, Connection.Address);
        var image = await EngineArchive.TakeAsync(engine, id, Build, ResolvedBases.Of(result, [], _ => null, Connection.Address), cancellationToken);
        return (ImageSummary.Of(image), image);
    }
}
