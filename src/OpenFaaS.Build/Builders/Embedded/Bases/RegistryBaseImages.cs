using OpenFaaS.Build.Builders.Embedded.Stages;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Registry.BaseImages;

namespace OpenFaaS.Build.Builders.Embedded.Bases;

/// <summary>Base images from registries. Manifest and configuration are fetched; a layer only when an instruction needs to look into it.</summary>
internal sealed class RegistryBaseImages(RegistryConnections registries, BlobDownloads downloads, string temporaryFolder) : IBaseImageProvider
{
    private readonly BaseImageResolver resolver = new(registries);

    public async Task<StageBase> LoadAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        var image = await resolver.ResolveAsync(reference, platform, cancellationToken);
        return new StageBase(image.Config, [.. image.Layers.Select(layer => Layer(reference, layer))], image.Digest);
    }

    private StageLayer Layer(ImageReference reference, ImageLayer layer)
    {
        var tree = new BlobLayerSource(
            async token => File.OpenRead(await downloads.GetAsync(reference.Registry, reference.Repository, layer.Descriptor, token)),
            $"{reference}, {layer.Descriptor.Digest}",
            layer.DiffId,
            temporaryFolder);
        return new StageLayer(tree, Task.FromResult(layer));
    }
}
