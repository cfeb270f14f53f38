using System.Buffers.Binary;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.Engines;

/// <summary>
/// The streams of a command in a container. What is written is its standard input, as it is. What comes back is framed: a byte that names the stream
/// (1 output, 2 error, 3 the engine's own error), three zeros, the length as big-endian number; output is what is read here.
/// </summary>
internal sealed class ExecStream(DuplexStream connection) : DuplexStream
{
    private const int HeaderLength = 8;
    private const int LongestFrame = 64 << 20;
    private const int KeptError = 4096;
    private readonly TextTail error = new(KeptError);
    private readonly byte[] header = new byte[HeaderLength];
    private readonly byte[] aside = new byte[KeptError];
    private bool isOutput;
    private int left;

    /// <summary>The last 4 KiB of standard error, and of the engine's own errors, so far.</summary>
    public string Error => error.ToString();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
        {
            return 0;
        }

        while (true)
        {
            if (left == 0 && !await ReadHeaderAsync(cancellationToken))
            {
                return 0;
            }

            var target = isOutput ? buffer : aside;
            if (left == 0)
            {
                continue;
            }

            var count = await connection.ReadAsync(target[..Math.Min(left, target.Length)], cancellationToken);
            left -= count > 0 ? count : throw new EndOfStreamException("The engine's stream ended within a frame.");
            if (isOutput)
            {
                return count;
            }

            error.Add(aside.AsSpan(0, count));
        }
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => connection.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => connection.CompleteWritesAsync(cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<bool> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var count = await connection.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken);
        if (count is > 0 and < HeaderLength)
        {
            throw new EndOfStreamException("The engine's stream ended within a frame.");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
        if (count > 0 && (header[0] > 3 || (header[1] | header[2] | header[3]) != 0 || length > LongestFrame))
        {
            throw new InvalidDataException("The engine's stream is not framed as the streams of a command are.");
        }

        (isOutput, left) = (header[0] == 1, (int)length);
        return count > 0;
    }
}
