using System.Globalization;
using System.Text;

namespace OpenFaaS.Build.Layers;

/// <summary>Lists the entries of an uncompressed tar archive: v7, ustar, pax and GNU. Contents are not read; headers are bounded before anything is allocated for them.</summary>
internal sealed class TarIndex(Stream archive, TarLimits limits)
{
    private const int Block = 512;
    private readonly byte[] header = new byte[Block];
    private readonly Dictionary<string, string> pax = new(StringComparer.Ordinal);
    private string? longName;
    private string? longLink;
    private long nameLength;

    /// <summary>Reads from the stream's position to the end of the archive.</summary>
    /// <exception cref="TarFormatException">Malformed, sparse, or beyond the limits.</exception>
    public IReadOnlyList<TarItem> Read()
    {
        var items = new List<TarItem>();
        while (ReadBlock() && header.AsSpan().ContainsAnyExcept((byte)0))
        {
            if (!TarFields.HasValidChecksum(header))
            {
                throw new TarFormatException("a header's checksum is wrong");
            }

            var size = pax.TryGetValue("size", out var text) ? Decimal(text) : TarFields.Number(header.AsSpan(124, 12));
            if (!ReadExtension(size) && Item(size) is { } item)
            {
                items.Add(item);
                nameLength += item.Name.Length + item.LinkName.Length + (item.Capability?.Length ?? 0);
                if (items.Count > limits.MaxEntries)
                {
                    throw new TarFormatException($"it holds more than {limits.MaxEntries} entries");
                }

                if (nameLength > TarLimits.MaxNames)
                {
                    throw new TarFormatException($"its names have more than {TarLimits.MaxNames} characters in all");
                }
            }
        }

        return items;
    }

    private bool ReadExtension(long size)
    {
        switch ((char)header[156])
        {
            case 'x':
                pax.Clear();
                PaxRecords.Read(Extension(size), pax);
                return true;
            case 'g':
                Extension(size);
                return true;
            case 'L':
                longName = TarFields.Text(Extension(size));
                return true;
            case 'K':
                longLink = TarFields.Text(Extension(size));
                return true;
            default:
                return false;
        }
    }

    private TarItem? Item(long size)
    {
        if (pax.Keys.Any(key => key.StartsWith("GNU.sparse.", StringComparison.Ordinal)) || header[156] == 'S')
        {
            throw new TarFormatException("it holds a sparse file");
        }

        var kind = (char)header[156] switch
        {
            '\0' or '0' or '7' => TarItemKind.File,
            '1' => TarItemKind.HardLink,
            '2' => TarItemKind.SymbolicLink,
            '3' => TarItemKind.CharacterDevice,
            '4' => TarItemKind.BlockDevice,
            '5' => TarItemKind.Directory,
            '6' => TarItemKind.Fifo,
            _ => TarItemKind.Other,
        };
        var name = pax.GetValueOrDefault("path") ?? longName ?? ShortName();

        // Version 7 archives mark a folder by its name only.
        kind = kind == TarItemKind.File && name.EndsWith('/') ? TarItemKind.Directory : kind;

        // Links, devices, folders and FIFOs have no content, whatever their size field says.
        var content = kind is TarItemKind.File or TarItemKind.Other ? size : 0;
        var item = new TarItem(
            name,
            kind,
            (int)(TarFields.Number(header.AsSpan(100, 8)) & 0xFFF),
            Id("uid", header.AsSpan(108, 8)),
            Id("gid", header.AsSpan(116, 8)),
            content,
            pax.GetValueOrDefault("linkpath") ?? longLink ?? TarFields.Text(header.AsSpan(157, 100)),
            archive.Position)
        {
            Device = kind is TarItemKind.CharacterDevice or TarItemKind.BlockDevice ? (Number(329), Number(337)) : default,
            Capability = pax.GetValueOrDefault(PaxRecords.CapabilityKey) is { } value ? Encoding.Latin1.GetBytes(value) : null,
        };
        Skip(content);
        pax.Clear();
        longName = longLink = null;
        EnsureName(item.Name);
        EnsureName(item.LinkName);
        return item;
    }

    private static void EnsureName(string name)
    {
        if (name.Length > TarLimits.MaxName || name.Contains('\0', StringComparison.Ordinal))
        {
            throw new TarFormatException($"a name is longer than {TarLimits.MaxName} characters or holds a NUL");
        }
    }

    private string ShortName()
    {
        var name = TarFields.Text(header.AsSpan(0, 100));
        var isUstar = header.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        var prefix = isUstar ? TarFields.Text(header.AsSpan(345, 155)) : "";
        return prefix.Length > 0 ? prefix + "/" + name : name;
    }

    private int Id(string key, ReadOnlySpan<byte> field)
    {
        var id = pax.TryGetValue(key, out var text) ? Decimal(text) : TarFields.Number(field);
        return id <= int.MaxValue ? (int)id : throw new TarFormatException("an owner's number is too large");
    }

    private uint Number(int offset) => (uint)Math.Min(uint.MaxValue, TarFields.Number(header.AsSpan(offset, 8)));

    private static long Decimal(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw new TarFormatException("a pax header holds a malformed number");

    private byte[] Extension(long size)
    {
        if (size > TarLimits.MaxHeader)
        {
            throw new TarFormatException($"an extension header is larger than {TarLimits.MaxHeader} bytes");
        }

        var data = new byte[size];
        if (archive.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length)
        {
            throw new TarFormatException("it ends within an entry");
        }

        Advance(Padding(size));
        return data;
    }

    private bool ReadBlock() => archive.ReadAtLeast(header, Block, throwOnEndOfStream: false) switch
    {
        0 => false,
        Block => true,
        _ => throw new TarFormatException("it ends within a header"),
    };

    private void Skip(long size)
    {
        if (size > archive.Length - archive.Position)
        {
            throw new TarFormatException("it ends within an entry");
        }

        Advance(size + Padding(size));
    }

    // Some programs leave out the padding of the last entry.
    private void Advance(long bytes) => archive.Position = Math.Min(archive.Length, archive.Position + bytes);

    private static long Padding(long size) => (Block - (size % Block)) % Block;
}
