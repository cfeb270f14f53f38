using OpenFaaS.Build.BuildKit.Solving.Progress;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>Makes lines of a log with times, cut anywhere; a line that has come before is left out, and of one that is too long its end.</summary>
/// <param name="place">Where the log was read to.</param>
/// <param name="take">Takes a line, bounded and clean.</param>
internal sealed class LogLines(LogPlace place, Action<string> take)
{
    private const int Longest = LineSplitter.Longest + 64;
    private readonly byte[] buffer = new byte[Longest];
    private readonly LineSplitter splitter = new(take);
    private int length;

    /// <summary>Takes the next bytes.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            var taken = part[..Math.Min(part.Length, Longest - length)];
            taken.CopyTo(buffer.AsSpan(length));
            length += taken.Length;
            if (end < 0)
            {
                return;
            }

            Emit();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Ends the log: a last line without an end is one.</summary>
    public void End()
    {
        if (length > 0)
        {
            Emit();
        }
    }

    /// <summary>The log was cut: a line that has only begun comes again.</summary>
    public void Cut() => length = 0;

    private void Emit()
    {
        ReadOnlySpan<byte> line = buffer.AsSpan(0, length);
        length = 0;
        var space = line.IndexOf((byte)' ');
        var time = LogPlace.ParseTime(space < 0 ? line : line[..space]);
        if (time is { } known)
        {
            if (!place.Take(known))
            {
                return;
            }

            line = space < 0 ? [] : line[(space + 1)..];
        }

        splitter.Take(line);
        splitter.Take("\n"u8);
    }
}
