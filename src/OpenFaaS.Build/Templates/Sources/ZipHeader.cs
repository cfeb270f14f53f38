using System.Buffers.Binary;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>One header of a ZIP file's list of entries (APPNOTE.TXT 4.3.12).</summary>
internal sealed class ZipHeader
{
    /// <summary>Unix type of a file.</summary>
    public const int RegularType = 0x8000;

    /// <summary>Unix type of a folder.</summary>
    public const int FolderType = 0x4000;

    private const int Size46 = 46;
    private const int LocalSize = 30;
    private const int Deflate = 8;
    private const int SizesFollow = 0x8;

    // Encrypted, patched, strongly encrypted, headers encrypted.
    private const int Unreadable = 0x1 | 0x20 | 0x40 | 0x2000;

    private byte[] fixedPart = [];

    public byte[] Name { get; private init; } = [];

    /// <summary>Bytes of name, extra field and comment, which follow the header.</summary>
    public int TrailingSize => Half(28) + Half(30) + Half(32);

    public long PackedSize => Word(20);

    public long Size => Word(24);

    /// <summary>Where the header before the entry's bytes begins.</summary>
    public long Start => Word(42);

    public bool IsDeflated => Half(10) == Deflate;

    public bool IsFolder => Name is [.., (byte)'/'] || Type == FolderType;

    /// <summary>Unix type, or 0 where the file was made without one.</summary>
    public int Type => Half(40) & 0xF000;

    public bool IsExecutable => (Half(40) & 0x49) != 0;

    /// <summary>Reads the header at the beginning of <paramref name="bytes"/>.</summary>
    /// <exception cref="ZipFormatException">It is damaged, or of a kind that is not read.</exception>
    public static ZipHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Size46 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != 0x02014b50)
        {
            throw new ZipFormatException("its list of entries is damaged");
        }

        var name = BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]);
        var header = new ZipHeader { fixedPart = bytes[..Size46].ToArray(), Name = bytes[Size46..].Length >= name ? bytes.Slice(Size46, name).ToArray() : [] };
        if (bytes.Length < Size46 + header.TrailingSize)
        {
            throw new ZipFormatException("its list of entries is cut off");
        }

        return header switch
        {
            _ when (header.Half(8) & Unreadable) != 0 => throw new ZipFormatException("it is encrypted, or holds patches"),
            _ when header.Half(10) is not (0 or Deflate) => throw new ZipFormatException($"it is compressed by method {header.Half(10)}; packages use deflate"),
            _ when header.PackedSize == uint.MaxValue || header.Size == uint.MaxValue || header.Start == uint.MaxValue
                => throw new ZipFormatException("it is in the ZIP64 format, which packages within the limits do not need"),
            { IsDeflated: false } when header.PackedSize != header.Size => throw new ZipFormatException("an uncompressed entry has two sizes"),
            _ => header,
        };
    }

    /// <summary>Compares with the header that stands before the entry's bytes, and tells where those begin.</summary>
    /// <exception cref="ZipFormatException">The two contradict each other: readers of one and of the other would see different files.</exception>
    public long CheckLocal(ZipBytes file, string shown)
    {
        var local = file.Read(Start, LocalSize);
        var nameSize = BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(26));

        // Flags, method, time and date; then checksum and sizes, unless they follow the content and are 0 here.
        var agrees = BinaryPrimitives.ReadUInt32LittleEndian(local) == 0x04034b50
            && local.AsSpan(6, 8).SequenceEqual(fixedPart.AsSpan(8, 8))
            && (local.AsSpan(14, 12).SequenceEqual(fixedPart.AsSpan(16, 12)) || ((Half(8) & SizesFollow) != 0 && local.AsSpan(14, 12).IndexOfAnyExcept((byte)0) < 0))
            && file.Read(Start + LocalSize, nameSize).AsSpan().SequenceEqual(Name);
        return agrees
            ? Start + LocalSize + nameSize + BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(28))
            : throw new ZipFormatException($"the header of '{shown}' contradicts the list of entries") { IsUnsafe = true };
    }

    private int Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(fixedPart.AsSpan(at));

    private long Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(fixedPart.AsSpan(at));
}
