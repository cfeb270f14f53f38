using System.IO.Compression;
using System.Security.Cryptography;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Layers;

/// <summary>How layers are written.</summary>
/// <param name="Algorithm"><c>gzip</c>, <c>zstd</c> or <c>none</c>.</param>
/// <param name="Level">Level of the algorithm, or null for its default.</param>
/// <param name="Epoch">Modification time of every entry, seconds since 1970.</param>
public sealed record LayerOptions(string Algorithm, int? Level, long Epoch)
{
    /// <summary>The OCI media type of a layer with this compression.</summary>
    public string MediaType => Algorithm switch
    {
        "gzip" => MediaTypes.OciLayerGzip,
        "zstd" => MediaTypes.OciLayerZstd,
        _ => MediaTypes.OciLayer,
    };
}

/// <summary>A finished layer on disk.</summary>
/// <param name="Descriptor">Media type, digest and size of the compressed blob.</param>
/// <param name="DiffId">Digest of the uncompressed tar.</param>
/// <param name="Path">The blob's file.</param>
public sealed record LayerBlob(Descriptor Descriptor, Digest DiffId, string Path);

/// <summary>Writes a layer to a file and hashes it, compressed and uncompressed, in one pass.</summary>
public static class LayerWriter
{
    /// <summary>Writes <paramref name="entries"/> in the order given (parents before children) and then <paramref name="whiteouts"/>.</summary>
    public static async Task<LayerBlob> WriteAsync(
        IEnumerable<ContextEntry> entries, IEnumerable<string> whiteouts, LayerOptions options, string folder, CancellationToken cancellationToken) => await WriteAsync(
        async plain =>
        {
            var tar = new TarWriter(plain, options.Epoch);
            foreach (var entry in entries)
            {
                await tar.WriteAsync(entry, cancellationToken);
            }

            foreach (var whiteout in whiteouts)
            {
                await tar.WriteWhiteoutAsync(whiteout, cancellationToken);
            }

            await tar.FinishAsync(cancellationToken);
        },
        options,
        folder);

    /// <summary>Writes a layer that exists as a tar, byte for byte; the epoch does not matter.</summary>
    /// <param name="tar">The uncompressed tar.</param>
    /// <param name="limit">Bytes of the largest one.</param>
    /// <param name="options">The compression.</param>
    /// <param name="folder">A private folder for the blob.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="TarFormatException">It is too large.</exception>
    internal static async Task<LayerBlob> CopyAsync(Stream tar, long limit, LayerOptions options, string folder, CancellationToken cancellationToken) => await WriteAsync(
        async plain =>
        {
            var buffer = new byte[128 * 1024];
            long length = 0;
            for (int read; (read = await tar.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                length += read;
                if (length > limit)
                {
                    throw new TarFormatException($"a layer is larger than {limit} bytes when decompressed");
                }

                await plain.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        },
        options,
        folder);

    private static async Task<LayerBlob> WriteAsync(Func<Stream, Task> write, LayerOptions options, string folder)
    {
        var path = Path.Combine(folder, $"layer-{Guid.NewGuid():N}");
        using var plainHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var blobHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long size;
        await using (var file = ScratchFile.Create(path))
        {
            var blob = new HashingStream(file, blobHash);
            await using (var compressed = Compress(blob, options))
            {
                await write(new HashingStream(compressed, plainHash));
            }

            size = blob.Length;
        }

        var descriptor = new Descriptor { MediaType = options.MediaType, Digest = Digest.FromHash(blobHash.GetHashAndReset()), Size = size };
        return new LayerBlob(descriptor, Digest.FromHash(plainHash.GetHashAndReset()), path);
    }

    private static Stream Compress(Stream output, LayerOptions options) => options.Algorithm switch
    {
        "gzip" => new GZipStream(new FixedGzipHeader(output), new ZLibCompressionOptions { CompressionLevel = options.Level ?? 6 }, leaveOpen: true),
        "zstd" => new ZstdSharp.CompressionStream(output, options.Level ?? 3, leaveOpen: true),
        _ => new HashingStream(output, hash: null),
    };
}
