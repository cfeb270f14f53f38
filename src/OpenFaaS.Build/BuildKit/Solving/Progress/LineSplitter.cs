namespace OpenFaaS.Build.BuildKit.Solving.Progress;

/// <summary>
/// Makes lines of chunks that are cut anywhere, also within a character. A carriage return begins the line anew, as on a terminal, so a progress bar
/// is its last state. What goes beyond the bound of a line is dropped.
/// </summary>
internal sealed class LineSplitter(Action<string> line)
{
    /// <summary>Bytes of a line.</summary>
    public const int Longest = 8 * 1024;

    private byte[] buffer = [];
    private int length;
    private bool cut;
    private bool returned;

    /// <summary>Takes the next chunk.</summary>
    public void Take(ReadOnlySpan<byte> chunk)
    {
        while (chunk.Length > 0)
        {
            var end = chunk.IndexOfAny((byte)'\n', (byte)'\r');
            var part = end < 0 ? chunk : chunk[..end];
            if (part.Length > 0)
            {
                Append(part);
            }

            if (end < 0)
            {
                return;
            }

            if (chunk[end] == '\n')
            {
                Emit();
            }
            else
            {
                returned = true;
            }

            chunk = chunk[(end + 1)..];
        }
    }

    /// <summary>Takes a stream to its end, the last line too.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var chunk = new byte[8192];
        while (await stream.ReadAsync(chunk, cancellationToken) is > 0 and var count)
        {
            Take(chunk.AsSpan(0, count));
        }

        End();
    }

    /// <summary>Ends the last line, if one has begun.</summary>
    public void End()
    {
        if (length > 0)
        {
            Emit();
        }
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        if (returned)
        {
            (length, cut, returned) = (0, false, false);
        }

        var taken = part[..Math.Min(part.Length, Longest - length)];
        if (buffer.Length < length + taken.Length)
        {
            Array.Resize(ref buffer, Math.Min(Longest, Math.Max(256, (length + taken.Length) * 2)));
        }

        taken.CopyTo(buffer.AsSpan(length));
        length += taken.Length;
        cut |= taken.Length < part.Length;
    }

    private void Emit()
    {
        var text = OutputText.Clean(buffer.AsSpan(0, length), Longest);
        var shown = cut ? text.TrimEnd('\uFFFD') + "…" : text;
        (length, cut, returned) = (0, false, false);
        line(shown);
    }
}
