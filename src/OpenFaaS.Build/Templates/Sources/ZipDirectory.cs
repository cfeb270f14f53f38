using System.Buffers.Binary;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>
/// The list of entries at the end of a ZIP file (APPNOTE.TXT 4.3), believed only as far as the file agrees: nothing before the first entry
/// or behind the list, local headers equal to it, no overlaps, no name twice. .NET's own reader checks none of this.
/// </summary>
internal static class ZipDirectory
{
    private const int EndSize = 22;
    private const int HeaderSize = 46;

    /// <summary>All entries, in the order of the list.</summary>
    /// <exception cref="ZipFormatException">The file is damaged, contradicts itself, or is refused.</exception>
    public static IReadOnlyList<ZipEntry> Read(ZipBytes file, PackageLimits limits)
    {
        var (count, size, start) = ReadEnd(file, limits);
        var list = file.Read(start, size);
        var entries = new List<ZipEntry>(count);
        var names = new ZipNames();
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            var header = ZipHeader.Read(list.AsSpan(at));
            var entry = Entry(file, header, start);
            names.Add(entry);
            entries.Add(entry);
            at += HeaderSize + header.TrailingSize;
        }

        if (at != size)
        {
            throw new ZipFormatException("its list of entries is longer than it says");
        }

        EnsureApart(entries);
        return entries;
    }

    private static void EnsureApart(List<ZipEntry> entries)
    {
        var end = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Start))
        {
            if (entry.Start < end || (end == 0 && entry.Start > 0))
            {
                throw new ZipFormatException(end == 0 ? "something stands before its first entry" : "its entries overlap") { IsUnsafe = true };
            }

            end = entry.Offset + entry.PackedSize;
        }
    }

    private static (int Count, int Size, long Start) ReadEnd(ZipBytes file, PackageLimits limits)
    {
        if (file.Length < EndSize)
        {
            throw new ZipFormatException("it is too short for a ZIP file");
        }

        var end = file.Read(file.Length - EndSize, EndSize).AsSpan();
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != 0x06054b50 || Half(end, 20) != 0)
        {
            throw new ZipFormatException("it is cut off, is no ZIP file, or something follows its list of entries");
        }

        var (count, size, start) = (Half(end, 10), BinaryPrimitives.ReadUInt32LittleEndian(end[12..]), BinaryPrimitives.ReadUInt32LittleEndian(end[16..]));
        if (count == ushort.MaxValue || size == uint.MaxValue || start == uint.MaxValue)
        {
            throw new ZipFormatException("it is in the ZIP64 format, which packages within the limits do not need");
        }

        if (count > limits.Entries || size > limits.DirectoryBytes)
        {
            throw new ZipFormatException($"it has more than {limits.Entries} entries, or their list is larger than {limits.DirectoryBytes} bytes") { IsUnsafe = true };
        }

        return Half(end, 4) == 0 && Half(end, 6) == 0 && Half(end, 8) == count && start + (long)size == file.Length - EndSize
            ? (count, (int)size, start)
            : throw new ZipFormatException("its list of entries is not where it says");
    }

    private static ZipEntry Entry(ZipBytes file, ZipHeader header, long directory)
    {
        var name = ZipEntryName.Read(header.Name, out var refusal);
        var shown = SafeText.Neutralize(name);
        if (refusal is not null)
        {
            throw new ZipFormatException($"the name '{shown}' {refusal}") { IsUnsafe = true };
        }

        if (header.Type is not (0 or ZipHeader.RegularType or ZipHeader.FolderType))
        {
            throw new ZipFormatException($"'{shown}' is a link or a special file") { IsUnsafe = true };
        }

        var offset = header.CheckLocal(file, shown);
        return offset + header.PackedSize <= directory && (!header.IsFolder || header.Size == 0)
            ? new ZipEntry(name, header.IsFolder, header.IsExecutable, header.IsDeflated, header.Start, offset, header.PackedSize, header.Size)
            : throw new ZipFormatException($"'{shown}' reaches beyond the entries, or is a folder with content");
    }

    private static int Half(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
}
