using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace OpenFaaS.Build.Tests.Templates.Sources;

/// <summary>An entry of a <see cref="RawZip"/>; what is not set is as it should be.</summary>
internal sealed record RawEntry(string Name, byte[] Content)
{
    public RawEntry(string name, string text = "text")
        : this(name, Encoding.UTF8.GetBytes(text))
    {
    }

    public string? LocalName { get; init; }

    public uint? DeclaredSize { get; init; }

    public int Flags { get; init; }

    public int Method { get; init; } = 8;

    /// <summary>Unix type and mode.</summary>
    public int Mode { get; init; }

    /// <summary>Where the list says that the header is.</summary>
    public uint? HeaderOffset { get; init; }

    /// <summary>Bytes instead of the compressed content.</summary>
    public byte[]? Packed { get; init; }
}

/// <summary>Writes ZIP files with the faults that no library writes. Checksums are 0: the package's own SHA-512 covers them.</summary>
internal static class RawZip
{
    public static byte[] Write(params RawEntry[] entries)
    {
        using var file = new MemoryStream();
        using var list = new MemoryStream();
        foreach (var entry in entries)
        {
            var start = (uint)file.Length;
            var packed = entry.Packed ?? (entry.Method == 8 ? Deflate(entry.Content) : entry.Content);
            var shared = Shared(entry, packed.Length);
            var local = Encoding.UTF8.GetBytes(entry.LocalName ?? entry.Name);
            file.Write([0x50, 0x4b, 3, 4, .. shared, .. Half(local.Length), 0, 0, .. local, .. packed]);
            var name = Encoding.UTF8.GetBytes(entry.Name);
            list.Write([
                0x50, 0x4b, 1, 2, 20, 3, .. shared, .. Half(name.Length), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Half(entry.Mode), .. Word(entry.HeaderOffset ?? start), .. name,
            ]);
        }

        var (size, at) = ((uint)list.Length, (uint)file.Length);
        file.Write([.. list.ToArray(), 0x50, 0x4b, 5, 6, 0, 0, 0, 0, .. Half(entries.Length), .. Half(entries.Length), .. Word(size), .. Word(at), 0, 0]);
        return file.ToArray();
    }

    // Version needed, flags, method, time and date, checksum, sizes.
    private static byte[] Shared(RawEntry entry, int packed) =>
        [20, 0, .. Half(entry.Flags), .. Half(entry.Method), 0, 0, 0x21, 0, 0, 0, 0, 0, .. Word((uint)packed), .. Word(entry.DeclaredSize ?? (uint)entry.Content.Length)];

    private static byte[] Deflate(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal))
        {
            deflate.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Half(int value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Word(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
