namespace OpenFaaS.Build.Context;

/// <summary>Content that is in memory: a file that a Dockerfile itself holds, a document of an image.</summary>
internal sealed class MemoryContent(byte[] bytes) : IContentSource
{
    public Stream Open() => new MemoryStream(bytes, writable: false);
}
