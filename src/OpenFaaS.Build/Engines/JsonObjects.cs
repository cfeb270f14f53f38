using System.Buffers;

namespace OpenFaaS.Build.Engines;

/// <summary>
/// Reads JSON objects that follow one another, with or without anything between them, as engines send them while they work. An object's bytes are found by
/// its braces alone and looked at once, however they arrive. The caller keeps the stream.
/// </summary>
/// <param name="stream">What is read.</param>
/// <param name="maximum">Bytes of the longest object.</param>
internal sealed class JsonObjects(Stream stream, int maximum) : IDisposable
{
    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(maximum + 1);
    private int start;
    private int end;

    /// <summary>The next object, valid until the next call; null at the end. That it is JSON between its braces is not checked.</summary>
    /// <exception cref="EngineFailedException">It is no object, is too long, or is cut off.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        var scan = new Scan();
        var position = start;
        while (true)
        {
            for (; position < end; position++)
            {
                if (!scan.IsInside && IsBlank(buffer[position]))
                {
                    start = position + 1;
                    continue;
                }

                if (scan.Ends(buffer[position]))
                {
                    var found = buffer.AsMemory(start, position + 1 - start);
                    start = position + 1;
                    return found;
                }
            }

            if (end - start > maximum)
            {
                throw new EngineFailedException($"an object of its answer is longer than {maximum} bytes");
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end, position) = (0, end - start, end - start);
            var read = await stream.ReadAsync(buffer.AsMemory(end, maximum + 1 - end), cancellationToken);
            if (read == 0)
            {
                return end == 0 ? null : throw new EngineFailedException("its answer is cut off");
            }

            end += read;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    /// <summary>Follows braces and strings from the first brace of an object to its last.</summary>
    private struct Scan
    {
        private int depth;
        private bool inString;
        private bool escaped;

        public readonly bool IsInside => depth > 0;

        /// <summary>Whether this byte is the object's last.</summary>
        public bool Ends(byte value)
        {
            if (depth == 0 && value != (byte)'{')
            {
                throw new EngineFailedException("its answer holds something that is no JSON object");
            }

            if (inString)
            {
                (inString, escaped) = (escaped || value != (byte)'"', !escaped && value == (byte)'\\');
                return false;
            }

            inString = value == (byte)'"';
            depth += value is (byte)'{' or (byte)'[' ? 1 : value is (byte)'}' or (byte)']' ? -1 : 0;
            return depth == 0;
        }
    }
}
