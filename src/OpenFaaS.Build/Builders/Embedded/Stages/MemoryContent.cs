using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>A file that a Dockerfile itself holds.</summary>
internal sealed class MemoryContent(byte[] bytes) : IContentSource
{
    public Stream Open() => new MemoryStream(bytes, writable: false);
}
