using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Engines;

/// <summary>Docker, or Podman's service, behind the Engine API.</summary>
internal sealed class ApiEngine(string name, EngineApi api) : ILocalEngine
{
    public string Name => name;

    /// <summary>Where its API is.</summary>
    public EngineAddress Address => api.Address;

    public async Task<string?> FindImageAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await api.FindImageAsync(reference.ToString(), cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw EngineDiagnostics.EngineQuestionFailed.With(Name, reference, e.Message).ToException(e);
        }
    }

    public async Task<string> LoadAsync(BuiltImage image, IReadOnlyList<ImageReference> names, ImageArchiveWriter archive, CancellationToken cancellationToken)
    {
        try
        {
            await api.LoadAsync((stream, token) => archive.WriteAsync(image, stream, token), cancellationToken);
            return await LoadedImage.EnsureAsync(image, names, api.FindImageAsync, cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw EngineDiagnostics.EngineRefused.With(Name, e.Message + Hint(image)).ToException(e);
        }
    }

    // Old engines fail with "unexpected EOF", which nobody would trace back to the compression.
    private static string Hint(BuiltImage image) =>
        image.Platforms.SelectMany(platform => platform.Layers).Any(layer => layer.Descriptor.MediaType is MediaTypes.OciLayerZstd or MediaTypes.DockerLayerZstd)
            ? " (layers are compressed with zstd, which Docker before version 23 cannot read: see ContainerCompression)"
            : "";
}
