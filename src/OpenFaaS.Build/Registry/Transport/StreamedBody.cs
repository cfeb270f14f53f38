using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>A request body of known length that is produced while it is sent.</summary>
/// <param name="length">Bytes that <paramref name="write"/> writes.</param>
/// <param name="write">Writes the body; its own failures are <see cref="Diagnostics.DiagnosticException"/>s.</param>
/// <param name="watch">Runs while the network is to take bytes, not while they are produced.</param>
/// <param name="commit">Time for the response once the body is sent.</param>
internal sealed class StreamedBody(long length, Func<Stream, CancellationToken, Task> write, IdleWatch watch, TimeSpan commit) : HttpContent
{
    /// <summary>Why the body could not be produced; null if it could.</summary>
    public Exception? SourceFailure { get; private set; }

    /// <summary>A body of octets.</summary>
    public static StreamedBody Octets(long length, Func<Stream, CancellationToken, Task> write, IdleWatch watch, TimeSpan commit) =>
        new(length, write, watch, commit) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        watch.Pause();
        try
        {
            await write(new WatchedStream(stream, watch), cancellationToken);
        }
        catch (Diagnostics.DiagnosticException e)
        {
            SourceFailure = e;
            throw new IOException("The body could not be produced.", e);
        }

        watch.Touch(commit);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
