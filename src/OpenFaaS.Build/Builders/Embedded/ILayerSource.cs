namespace OpenFaaS.Build.Builders.Embedded;

/// <summary>A layer whose tree can be read when it is needed: one of the base image's, or one that this build made.</summary>
internal interface ILayerSource
{
    /// <summary>The layer's entries; read once, then kept.</summary>
    ValueTask<LayerTree> ReadTreeAsync(CancellationToken cancellationToken);
}
