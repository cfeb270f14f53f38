using System.Net;

namespace OpenFaaS.Build.Engines;

/// <summary>The body of a request that is made while it is sent.</summary>
/// <param name="write">Writes it.</param>
internal sealed class StreamedContent(Func<Stream, CancellationToken, Task> write) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => write(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
