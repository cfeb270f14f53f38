using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;
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
        Digest? digest = null;
        foreach (var name in names)
        {
            digest = await PushAsync(name, cancellationToken);
        }

        return (await ImageReading.FromRegistryAsync(registries, names[0], digest!.Value, Connection.Address, cancellationToken), null);
    }

    private async Task<Digest> PushAsync(ImageReference name, CancellationToken cancellationToken)
    {
        var credential = await registries.FindCredentialAsync(name.Registry, name.Repository, RegistryAccess.Push, cancellationToken);
        try
        {
            return await EngineWatch.RunAsync(
                engine,
                token => EnginePush.RunAsync(
                    engine, name, credential?.Username ?? "", credential?.IdentityToken ?? credential?.Password ?? "", credential?.IdentityToken is not null, token),
                cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw BuildKitBuildDiagnostics.EnginePushFailed.With(Connection.Address, name, e.Message).ToException(e);
        }
    }
}
