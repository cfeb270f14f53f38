using System.IO.Compression;
using OpenFaaS.Build.Context;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;

namespace OpenFaaS.Build.Layers;

/// <summary>Compression formats of layers and archives, recognised by their first bytes: media types are sometimes wrong, and Docker does the same.</summary>
internal static class Decompression
{
    /// <summary>Bytes that <see cref="Open"/> needs to recognise a format.</summary>
    public const int SignatureLength = 6;

    /// <summary>The decompressed content of <paramref name="stream"/>, which must be able to seek and stands at its beginning; closing it closes <paramref name="stream"/>.</summary>
    public static Stream Open(Stream stream)
    {
        Span<byte> start = stackalloc byte[SignatureLength];
        var length = stream.ReadAtLeast(start, SignatureLength, throwOnEndOfStream: false);
        stream.Position = 0;
        return Open(start[..length], stream);
    }

    /// <summary>The decompressed content of a source, which is opened twice.</summary>
    public static Stream Open(IContentSource source)
    {
        Span<byte> start = stackalloc byte[SignatureLength];
        using (var beginning = source.Open())
        {
            start = start[..beginning.ReadAtLeast(start, SignatureLength, throwOnEndOfStream: false)];
        }

        return Open(start, source.Open());
    }

    private static Stream Open(ReadOnlySpan<byte> start, Stream stream) =>
        start switch
        {
            [0x1F, 0x8B, ..] => new GZipStream(stream, CompressionMode.Decompress),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => new ZstdSharp.DecompressionStream(stream, leaveOpen: false),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => BZip2Stream.Create(stream, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: true),
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00, ..] => new XZStream(stream),
            _ => stream,
        };
}
