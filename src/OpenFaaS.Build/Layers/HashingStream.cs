using System.Security.Cryptography;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Layers;

/// <summary>A write-only stream that hashes and counts what passes through; it does not own the stream behind it.</summary>
internal sealed class HashingStream(Stream inner, IncrementalHash? hash) : WriteOnlyStream
{
    private long length;

    /// <summary>Bytes written so far.</summary>
    public override long Length => length;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        hash?.AppendData(buffer);
        length += buffer.Length;
        inner.Write(buffer);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        hash?.AppendData(buffer.Span);
        length += buffer.Length;
        return inner.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
}
