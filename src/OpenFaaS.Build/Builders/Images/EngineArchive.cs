using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Images;

/// <summary>Takes an image out of an engine's store, in the form of <c>docker save</c>, to be delivered like any other.</summary>
internal static class EngineArchive
{
    /// <summary>The image, whose layers lie in the build's own folder.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="id">The engine's id of it.</param>
    /// <param name="build">The build that made it.</param>
    /// <param name="bases">What it was made from.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">The engine does not give it, or gives another one.</exception>
    public static async Task<BuiltImage> TakeAsync(EngineApi engine, Digest id, ImageBuild build, IReadOnlyDictionary<string, Digest> bases, CancellationToken cancellationToken)
    {
        var path = Path.Combine(build.TemporaryFolder, "image.docker.tar");
        try
        {
            await using (var file = ScratchFile.Create(path))
            {
                await EngineWatch.RunAsync(
                    engine,
                    async token =>
                    {
                        await EngineImages.SaveAsync(engine, id, DockerArchive.Limit, file, token);
                        return true;
                    },
                    cancellationToken);
            }

            return await DockerArchive.ReadAsync(path, id, build.Function.Image, bases, build.TemporaryFolder, cancellationToken);
        }
        catch (Exception e) when (e is EngineFailedException or TarFormatException)
        {
            throw DockerBuildDiagnostics.ArchiveMalformed.With(engine.Address.Text, e.Message).ToException(e);
        }
    }
}
