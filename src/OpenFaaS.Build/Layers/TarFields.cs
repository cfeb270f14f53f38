using System.Text;

namespace OpenFaaS.Build.Layers;

/// <summary>Fields of a tar header: POSIX ustar, with GNU's base-256 numbers.</summary>
internal static class TarFields
{
    /// <summary>A text field up to its first NUL, as UTF-8.</summary>
    public static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>An octal number, or with the high bit set a base-256 one.</summary>
    public static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            return Binary(field);
        }

        var value = 0L;
        var any = false;
        foreach (var b in field)
        {
            if (b is (byte)' ' or 0)
            {
                if (any)
                {
                    break;
                }

                continue;
            }

            if (b is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
            {
                throw new TarFormatException("a header holds a malformed number");
            }

            any = true;
            value = (value << 3) | (uint)(b - '0');
        }

        return value;
    }

    /// <summary>Whether the header's checksum is right, computed over unsigned or, as old programs did, signed bytes.</summary>
    public static bool HasValidChecksum(ReadOnlySpan<byte> header)
    {
        var expected = Number(header.Slice(148, 8));
        long unsigned = 0, signed = 0;
        for (var i = 0; i < header.Length; i++)
        {
            var b = i is >= 148 and < 156 ? (byte)' ' : header[i];
            unsigned += b;
            signed += (sbyte)b;
        }

        return expected == unsigned || expected == signed;
    }

    private static long Binary(ReadOnlySpan<byte> field)
    {
        var isNegative = (field[0] & 0x40) != 0;
        var value = (long)(field[0] & 0x3F);
        foreach (var b in field[1..])
        {
            if (value > long.MaxValue >> 8)
            {
                throw new TarFormatException("a header holds a number that is too large");
            }

            value = (value << 8) | b;
        }

        return isNegative ? throw new TarFormatException("a header holds a negative number") : value;
    }
}
