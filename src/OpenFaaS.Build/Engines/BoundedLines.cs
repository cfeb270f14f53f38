using System.Buffers;

namespace OpenFaaS.Build.Engines;

/// <summary>Reads lines of bounded length, without their ends. The caller keeps the stream.</summary>
/// <param name="stream">What is read.</param>
/// <param name="maximum">Bytes of the longest line.</param>
internal sealed class BoundedLines(Stream stream, int maximum) : IDisposable
{
    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(maximum + 1);
    private int start;
    private int end;

    /// <summary>The next line, valid until the next call; null at the end.</summary>
    /// <exception cref="EngineFailedException">The line is too long.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        for (var searched = 0; ;)
        {
            var found = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = buffer.AsMemory(start, searched + found);
                start += searched + found + 1;
                return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
            }

            searched = end - start;
            if (searched > maximum)
            {
                throw new EngineFailedException($"a line of its answer is longer than {maximum} bytes");
            }

            if (start > 0)
            {
                buffer.AsSpan(start, searched).CopyTo(buffer);
                (start, end) = (0, searched);
            }

            var read = await stream.ReadAsync(buffer.AsMemory(end, maximum + 1 - end), cancellationToken);
            if (read == 0)
            {
                if (searched == 0)
                {
                    return null;
                }

                ReadOnlyMemory<byte> rest = buffer.AsMemory(start, searched);
                start = end;
                return rest;
            }

            end += read;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
