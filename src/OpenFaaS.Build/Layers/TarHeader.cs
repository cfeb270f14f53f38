using System.Globalization;
using System.Text;

namespace OpenFaaS.Build.Layers;

/// <summary>Encodes tar headers: ustar, with a pax header before it only where ustar cannot hold a value. Nothing depends on the machine or the clock.</summary>
internal static class TarHeader
{
    public const int BlockSize = 512;
    private const long MaxOctal12 = 0x1FFFFFFFF;
    private const int MaxOctal8 = 0x1FFFFF;

    /// <summary>Type flags of POSIX.1-2001.</summary>
    public enum TypeFlag : byte
    {
        File = (byte)'0',
        HardLink = (byte)'1',
        SymbolicLink = (byte)'2',
        Directory = (byte)'5',
        Pax = (byte)'x',
    }

    /// <summary>The header blocks of one entry.</summary>
    public static byte[] Encode(string name, TypeFlag type, int mode, int uid, int gid, long size, long epoch, string linkName)
    {
        var records = new StringBuilder();
        Record(records, "gid", gid > MaxOctal8 ? gid.ToString(CultureInfo.InvariantCulture) : null);
        Record(records, "linkpath", FitsName(linkName) ? null : linkName);
        Record(records, "mtime", epoch > MaxOctal12 ? epoch.ToString(CultureInfo.InvariantCulture) : null);
        Record(records, "path", FitsName(name) ? null : name);
        Record(records, "size", size > MaxOctal12 ? size.ToString(CultureInfo.InvariantCulture) : null);
        Record(records, "uid", uid > MaxOctal8 ? uid.ToString(CultureInfo.InvariantCulture) : null);

        var entry = Block(name, type, mode, uid, gid, size, epoch, linkName);
        if (records.Length == 0)
        {
            return entry;
        }

        var body = Encoding.UTF8.GetBytes(records.ToString());
        var padded = (body.Length + BlockSize - 1) / BlockSize * BlockSize;
        var all = new byte[BlockSize + padded + BlockSize];
        Block("././@PaxHeader", TypeFlag.Pax, Convert.ToInt32("644", 8), 0, 0, body.Length, 0, "").CopyTo(all, 0);
        body.CopyTo(all, BlockSize);
        entry.CopyTo(all, BlockSize + padded);
        return all;
    }

    private static bool FitsName(string name) => name.Length <= 100 && Ascii.IsValid(name) && !name.AsSpan().ContainsAny('\n', '\r', '\0');

    private static void Record(StringBuilder records, string key, string? value)
    {
        if (value is null)
        {
            return;
        }

        // The length counts itself: try lengths until they agree.
        var rest = Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value) + 3;
        var length = rest + 1;
        while (rest + length.ToString(CultureInfo.InvariantCulture).Length != length)
        {
            length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
        }

        records.Append(CultureInfo.InvariantCulture, $"{length} {key}={value}\n");
    }

    private static byte[] Block(string name, TypeFlag type, int mode, int uid, int gid, long size, long epoch, string linkName)
    {
        var block = new byte[BlockSize];
        Text(block, 0, 100, name);
        Octal(block, 100, 8, mode);
        Octal(block, 108, 8, uid > MaxOctal8 ? 0 : uid);
        Octal(block, 116, 8, gid > MaxOctal8 ? 0 : gid);
        Octal(block, 124, 12, size > MaxOctal12 ? 0 : size);
        Octal(block, 136, 12, epoch > MaxOctal12 ? 0 : epoch);
        block[156] = (byte)type;
        Text(block, 157, 100, linkName);
        "ustar\000"u8.CopyTo(block.AsSpan(257));
        Octal(block, 329, 8, 0);
        Octal(block, 337, 8, 0);

        block.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in block)
        {
            sum += value;
        }

        Octal(block, 148, 7, sum);
        return block;
    }

    private static void Octal(byte[] block, int offset, int width, long value)
    {
        var rest = value;
        for (var i = offset + width - 2; i >= offset; i--, rest >>= 3)
        {
            block[i] = (byte)('0' + (rest & 7));
        }

        // Neither negative nor wider than the field.
        ArgumentOutOfRangeException.ThrowIfNotEqual(rest, 0, nameof(value));
        block[offset + width - 1] = 0;
    }

    private static void Text(byte[] block, int offset, int width, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = Math.Min(bytes.Length, width);

        // A name that is cut for ustar (the pax record has it whole) must not end inside a character.
        while (length > 0 && length < bytes.Length && (bytes[length] & 0xC0) == 0x80)
        {
            length--;
        }

        bytes.AsSpan(0, length).CopyTo(block.AsSpan(offset));
    }
}
