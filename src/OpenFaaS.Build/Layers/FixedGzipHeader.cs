using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Layers;

/// <summary>Passes a gzip stream on with the header's operating system set to 255 (unknown), so that the bytes are the same wherever they are written (RFC 1952, section 2.3.1).</summary>
internal sealed class FixedGzipHeader(Stream inner) : WriteOnlyStream
{
    private const int OperatingSystemOffset = 9;
    private long position;

    /// <inheritdoc/>
    public override long Length => position;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var index = OperatingSystemOffset - position;
        if (index >= 0 && index < buffer.Length)
        {
            var copy = buffer.ToArray();
            copy[index] = 255;
            inner.Write(copy);
        }
        else
        {
            inner.Write(buffer);
        }

        position += buffer.Length;
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position > OperatingSystemOffset)
        {
            position += buffer.Length;
            return inner.WriteAsync(buffer, cancellationToken);
        }

        Write(buffer.Span);
        return default;
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
}
