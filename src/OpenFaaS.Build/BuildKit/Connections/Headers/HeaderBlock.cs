using System.Buffers;

namespace OpenFaaS.Build.BuildKit.Connections.Headers;

/// <summary>A header block of HTTP/2 in HPACK as .NET writes it: fields without Huffman coding, and nothing that enters the dynamic table.</summary>
internal static class HeaderBlock
{
    private const byte Huffman = 0x80;

    /// <summary>Splits one field of this name whose value is joined by <c>", "</c> into a field a part, which HPACK can tell apart and .NET cannot.</summary>
    /// <param name="block">The block.</param>
    /// <param name="name">Name of the field, in lower case.</param>
    /// <returns>The new block; null where there is no such field, or anything is not as expected.</returns>
    public static byte[]? Split(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name)
    {
        for (var at = 0; at < block.Length;)
        {
            var start = at;
            var first = block[at];
            if ((first & 0x80) != 0)
            {
                // An indexed field.
                at = AfterInteger(block, at, 7, out _);
            }
            else if ((first & 0xe0) == 0x20)
            {
                // A new size of the dynamic table.
                at = AfterInteger(block, at, 5, out _);
            }
            else
            {
                // A literal; a name in full has the index 0.
                at = AfterInteger(block, at, (first & 0x40) != 0 ? 6 : 4, out var index);
                ReadOnlySpan<byte> found = default;
                var plain = true;
                if (at > 0 && index == 0)
                {
                    at = AfterText(block, at, out found, out plain);
                }

                at = AfterText(block, at, out var value, out var plainValue);
                if (at > 0 && plain && plainValue && (first & 0x40) == 0 && found.SequenceEqual(name) && value.IndexOf(", "u8) >= 0)
                {
                    return Join(block[..start], first, name, value, block[at..]);
                }
            }

            if (at <= 0)
            {
                return null;
            }
        }

        return null;
    }

    private static byte[] Join(ReadOnlySpan<byte> before, byte first, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ReadOnlySpan<byte> after)
    {
        var result = new ArrayBufferWriter<byte>(before.Length + value.Length + after.Length + (16 * name.Length));
        result.Write(before);
        foreach (var part in value.Split(", "u8))
        {
            result.Write<byte>([first]);
            WriteText(result, name);
            WriteText(result, value[part]);
        }

        result.Write(after);
        return result.WrittenSpan.ToArray();
    }

    /// <summary>The place after an integer with a prefix of some bits (RFC 7541, 5.1); -1 where it is cut off or absurd.</summary>
    private static int AfterInteger(ReadOnlySpan<byte> block, int at, int bits, out int value)
    {
        value = 0;
        if (at < 0 || at >= block.Length)
        {
            return -1;
        }

        var full = (1 << bits) - 1;
        value = block[at++] & full;
        if (value < full)
        {
            return at;
        }

        // Three bytes more hold two million, and a frame at most 16 KiB.
        for (var shift = 0; shift <= 14 && at < block.Length; shift += 7)
        {
            var next = block[at++];
            value += (next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return at;
            }
        }

        return -1;
    }

    private static int AfterText(ReadOnlySpan<byte> block, int at, out ReadOnlySpan<byte> text, out bool isPlain)
    {
        text = default;
        isPlain = at >= 0 && at < block.Length && (block[at] & Huffman) == 0;
        at = AfterInteger(block, at, 7, out var length);
        if (at < 0 || length > block.Length - at)
        {
            return -1;
        }

        text = block.Slice(at, length);
        return at + length;
    }

    private static void WriteText(ArrayBufferWriter<byte> writer, ReadOnlySpan<byte> text)
    {
        const int Full = 127;
        if (text.Length < Full)
        {
            writer.Write<byte>([(byte)text.Length]);
        }
        else
        {
            writer.Write<byte>([Full]);
            var left = text.Length - Full;
            for (; left >= 0x80; left >>= 7)
            {
                writer.Write<byte>([(byte)(left | 0x80)]);
            }

            writer.Write<byte>([(byte)left]);
        }

        writer.Write(text);
    }
}
