using OpenFaaS.Build.Builders.BuildKit.Plans;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Images;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>The daemon sends the image as an archive, from which it is delivered like any other.</summary>
internal sealed class ArchiveRoute : ImageRoute
{
    private readonly string path;
    private readonly ArchiveReceiver receiver;

    public ArchiveRoute(ImageBuild build, BuildKitConnection connection)
        : base(build, connection)
    {
        path = Path.Combine(build.TemporaryFolder, "image.oci.tar");
        receiver = ArchiveReceiver.ToScratch(path);
    }

    public override SolveExporter Exporter => new("oci", ExporterAttributes.Of(Build.Function.Image, Build.Function.Builder.Steps));

    public override IOutputReceiver Receiver => receiver;

    public override async Task<(ImageSummary Summary, BuiltImage? Image)> FinishAsync(SolveResult result, CancellationToken cancellationToken)
    {
        SolveAnswer.Digest(result, Connection.Address);
        await receiver.CommitAsync(cancellationToken);
        var image = await OciArchiveImage.ReadAsync(path, ResolvedBases.Of(result, [], _ => null, Connection.Address), cancellationToken);
        return (ImageSummary.Of(image), image);
    }

    public override ValueTask DisposeAsync() => receiver.DisposeAsync();
}
