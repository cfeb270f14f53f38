using OpenFaaS.Build.Builders.Docker.Endpoints;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Docker.Classic;

/// <summary>The way of an image out of the engine that built it: pushed from there, left there, or taken out as an archive.</summary>
internal sealed class ClassicRoute(ImageBuild build, DockerEngine engine, BuilderSurroundings surroundings)
{
    private readonly bool isPushed = build.Function.Destination is RegistryDestination;
    private readonly bool stays = EngineStore.IsAt(build.Engine, engine.Address);

    /// <summary>Names that the image needs in the engine; none where it is only taken out.</summary>
    public IReadOnlyList<ImageReference> Names => isPushed || stays ? build.Function.Destination.Names : [];

    /// <summary>Brings the image to where it goes, or takes it out for the delivery.</summary>
    /// <param name="id">The engine's id of it.</param>
    /// <param name="bases">What it was made from.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">It cannot be pushed or taken out, or is another image by then.</exception>
    public async Task<BuildResult> FinishAsync(Digest id, IReadOnlyDictionary<string, Digest> bases, CancellationToken cancellationToken)
    {
        if (isPushed)
        {
            return new BuildResult { Summary = await PushAsync(id, cancellationToken), Bases = bases };
        }

        return stays
            ? new BuildResult { Summary = await StoredAsync(id, cancellationToken), Bases = bases }
            : BuildResult.ToDeliver(await EngineArchive.TakeAsync(engine.Api, id, build, bases, cancellationToken));
    }

    private async Task<ImageSummary> PushAsync(Digest id, CancellationToken cancellationToken)
    {
        var digest = await EngineTags.PushAsync(engine.Api, Names, surroundings.Registries, _ => false, cancellationToken);
        var summary = await ImageReading.FromRegistryAsync(surroundings.Registries, Names[0], digest, engine.Address.Text, cancellationToken);

        // The id is that of the configuration or, in a containerd store, that of the manifest.
        return summary.ConfigDigest == id || summary.Digest == id
            ? summary
            : throw DockerBuildDiagnostics.OtherImagePushed.With(engine.Address.Text, id, Names[0], digest).ToException();
    }

    // A containerd store keeps manifests, and the engine's BuildKit gives them out; without one there is nothing but the id.
    private async Task<ImageSummary> StoredAsync(Digest id, CancellationToken cancellationToken)
    {
        if (engine.HasBuildKit)
        {
            try
            {
                var place = engine.Endpoint.Place(build.Function.Builder.Engine);
                var transport = TransportForms.Create(place.Endpoints[0], new ConnectionSettings
                {
                    CaFile = place.CaFile, CertFile = place.CertFile, KeyFile = place.KeyFile, AllowInsecure = place.AllowInsecure, Environment = surroundings.Environment,
                });
                await using var connection = await BuildKitConnection.OpenAsync(transport, cancellationToken);
                if (await ImageReading.FromDaemonAsync(connection, id, cancellationToken) is { } summary)
                {
                    return summary;
                }
            }
            catch (DiagnosticException)
            {
                // The image is built; that only its id is known of it is what all older engines offer.
            }
        }

        return EngineStore.SummaryOf(id, build.Function.Image.Platforms);
    }
}
