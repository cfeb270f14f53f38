using System.Buffers;
using System.Globalization;
using System.Text;
using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Layers;

/// <summary>Encodes tar headers: ustar, with a pax header before it only where ustar cannot hold a value. Nothing depends on the machine or the clock.</summary>
internal static class TarHeader
{
    public const int BlockSize = 512;
    private const long MaxOctal12 = 0x1FFFFFFFF;
    private const int MaxOctal8 = 0x1FFFFF;
    private static readonly ContextEntry Extension = new("", EntryKind.File, Convert.ToInt32("644", 8));

    /// <summary>Type flags of POSIX.1-2001.</summary>
    public enum TypeFlag : byte
    {
        File = (byte)'0',
        HardLink = (byte)'1',
        SymbolicLink = (byte)'2',
        CharacterDevice = (byte)'3',
        BlockDevice = (byte)'4',
        Directory = (byte)'5',
        Fifo = (byte)'6',
        Pax = (byte)'x',
    }

    /// <summary>The header blocks of one entry.</summary>
    /// <param name="name">Path in the archive.</param>
    /// <param name="type">What it is there: a file of two names is a file and a link.</param>
    /// <param name="entry">Mode, owners, device numbers and extended attributes.</param>
    /// <param name="size">Bytes of content that follow.</param>
    /// <param name="epoch">Modification time, seconds since 1970.</param>
    /// <param name="linkName">Target of a link.</param>
    public static byte[] Encode(string name, TypeFlag type, ContextEntry entry, long size, long epoch, string linkName)
    {
        var records = new ArrayBufferWriter<byte>();
        if (type != TypeFlag.HardLink && entry.Xattrs.TryGetValue(PaxRecords.Capability, out var capability))
        {
            PaxRecords.Write(records, PaxRecords.CapabilityKey, capability);
        }

        Record(records, "gid", entry.Gid > MaxOctal8 ? entry.Gid : null);
        Record(records, "linkpath", FitsName(linkName) ? null : linkName);
        Record(records, "mtime", epoch > MaxOctal12 ? epoch : null);
        Record(records, "path", FitsName(name) ? null : name);
        Record(records, "size", size > MaxOctal12 ? size : null);
        Record(records, "uid", entry.Uid > MaxOctal8 ? entry.Uid : null);

        var header = Block(name, type, entry, size, epoch, linkName);
        if (records.WrittenCount == 0)
        {
            return header;
        }

        var padded = (records.WrittenCount + BlockSize - 1) / BlockSize * BlockSize;
        var all = new byte[BlockSize + padded + BlockSize];
        Block("././@PaxHeader", TypeFlag.Pax, Extension, records.WrittenCount, 0, "").CopyTo(all, 0);
        records.WrittenSpan.CopyTo(all.AsSpan(BlockSize));
        header.CopyTo(all, BlockSize + padded);
        return all;
    }

    private static bool FitsName(string name) => name.Length <= 100 && Ascii.IsValid(name) && !name.AsSpan().ContainsAny('\n', '\r', '\0');

    private static void Record(ArrayBufferWriter<byte> records, string key, long? value) => Record(records, key, value?.ToString(CultureInfo.InvariantCulture));

    private static void Record(ArrayBufferWriter<byte> records, string key, string? value)
    {
        if (value is not null)
        {
            PaxRecords.Write(records, key, Encoding.UTF8.GetBytes(value));
        }
    }

    private static byte[] Block(string name, TypeFlag type, ContextEntry entry, long size, long epoch, string linkName)
    {
        var block = new byte[BlockSize];
        Text(block, 0, 100, name);
        Octal(block, 100, 8, entry.Mode);
        Octal(block, 108, 8, entry.Uid > MaxOctal8 ? 0 : entry.Uid);
        Octal(block, 116, 8, entry.Gid > MaxOctal8 ? 0 : entry.Gid);
        Octal(block, 124, 12, size > MaxOctal12 ? 0 : size);
        Octal(block, 136, 12, epoch > MaxOctal12 ? 0 : epoch);
        block[156] = (byte)type;
        Text(block, 157, 100, linkName);
        "ustar\000"u8.CopyTo(block.AsSpan(257));
        Octal(block, 329, 8, entry.DeviceMajor);
        Octal(block, 337, 8, entry.DeviceMinor);

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
