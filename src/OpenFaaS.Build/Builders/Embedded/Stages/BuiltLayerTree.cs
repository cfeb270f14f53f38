namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>A layer that this build made: its tree is in memory, the files' contents where they came from.</summary>
internal sealed class BuiltLayerTree(LayerTree tree) : ILayerSource
{
    public ValueTask<LayerTree> ReadTreeAsync(CancellationToken cancellationToken) => ValueTask.FromResult(tree);
}
