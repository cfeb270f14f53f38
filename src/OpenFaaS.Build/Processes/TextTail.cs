using System.Text;

namespace OpenFaaS.Build.Processes;

/// <summary>The end of what a program says, for a message: programs say last why they end. Safe for concurrent use.</summary>
/// <param name="limit">Bytes that are kept.</param>
internal sealed class TextTail(int limit)
{
    private readonly byte[] kept = new byte[limit];
    private long total;

    /// <summary>Adds the next bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (kept)
        {
            var passed = Math.Max(0, bytes.Length - limit);
            total += passed;
            foreach (var value in bytes[passed..])
            {
                kept[total++ % limit] = value;
            }
        }
    }

    /// <summary>What is kept, as text: neither neutralised nor trimmed.</summary>
    public override string ToString()
    {
        lock (kept)
        {
            var length = (int)Math.Min(total, limit);
            var bytes = new byte[length];
            for (var i = 0; i < length; i++)
            {
                bytes[i] = kept[(total - length + i) % limit];
            }

            // The first character may have lost its beginning.
            var first = total <= limit ? 0 : Array.FindIndex(bytes, value => (value & 0xC0) != 0x80);
            return Encoding.UTF8.GetString(bytes.AsSpan(Math.Max(first, 0)));
        }
    }
}
