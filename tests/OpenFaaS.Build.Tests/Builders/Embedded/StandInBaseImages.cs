using OpenFaaS.Build.Builders.Embedded;
using OpenFaaS.Build.Builders.Embedded.Stages;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.Builders.Embedded;

/// <summary>Stands in for a registry: one base image, of which it counts how often its layer is looked into.</summary>
internal sealed class StandInBaseImages(ContainerConfig? container = null, params ContextEntry[] files) : IBaseImageProvider
{
    public int Reads { get; private set; }

    public List<(string Name, Platform Platform)> Loaded { get; } = [];

    public Task<StageBase> LoadAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        Loaded.Add((reference.ToString(), platform));
        var diffId = Digest.Of("layer"u8);
        var descriptor = new Descriptor { MediaType = MediaTypes.OciLayerGzip, Digest = Digest.Of("blob"u8), Size = 4 };
        var layer = new StageLayer(new Tree(this), Task.FromResult(new ImageLayer(descriptor, diffId, new RemoteBlob(reference.Registry, reference.Repository))));
        var config = new ImageConfig
        {
            Os = platform.Os,
            Architecture = platform.Architecture,
            Config = container ?? new ContainerConfig(),
            RootFs = new OpenFaaS.Build.Oci.RootFs { DiffIds = [diffId] },
        };
        return Task.FromResult(new StageBase(config, [layer], Digest.Of("manifest"u8)));
    }

    private sealed class Tree(StandInBaseImages owner) : ILayerSource
    {
        public ValueTask<LayerTree> ReadTreeAsync(CancellationToken cancellationToken)
        {
            owner.Reads++;
            var tree = new LayerTree();
            foreach (var file in owner.Files)
            {
                tree.Set(file);
            }

            return ValueTask.FromResult(tree);
        }
    }

    private IReadOnlyList<ContextEntry> Files { get; } = files;
}
