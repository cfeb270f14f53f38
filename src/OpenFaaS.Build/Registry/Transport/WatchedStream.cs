using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>A write-only stream that lets a watch run while, and only while, it writes.</summary>
internal sealed class WatchedStream(Stream inner, IdleWatch watch) : WriteOnlyStream
{
    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        watch.Touch();
        await inner.WriteAsync(buffer, cancellationToken);
        watch.Pause();
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }
}
