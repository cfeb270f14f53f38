using OpenFaaS.Build.Images;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>A layer of a stage: its tree for reading, and its blob, which may still be written in the background.</summary>
internal sealed record StageLayer(ILayerSource Tree, Task<ImageLayer> Blob);
