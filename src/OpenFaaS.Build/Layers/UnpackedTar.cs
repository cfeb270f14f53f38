using System.Security.Cryptography;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Layers;

/// <summary>A tar archive, decompressed once into a file, with the list of its entries; their contents are ranges of that file.</summary>
/// <param name="Path">The uncompressed archive.</param>
/// <param name="DiffId">Digest of the uncompressed bytes.</param>
/// <param name="Items">Entries in the order written.</param>
internal sealed record UnpackedTar(string Path, Digest DiffId, IReadOnlyList<TarItem> Items)
{
    /// <summary>Content of a file.</summary>
    public IContentSource ContentOf(TarItem item) => new FileRange(Path, item.Offset, item.Size);

    /// <param name="compressed">The archive, compressed or not; can seek, stands at its beginning.</param>
    /// <param name="folder">A private folder for the uncompressed file.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="cancellationToken">Stops the decompression.</param>
    /// <exception cref="TarFormatException">Malformed, or beyond the limits.</exception>
    public static async Task<UnpackedTar> ReadAsync(Stream compressed, string folder, TarLimits limits, CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Combine(folder, $"tar-{Guid.NewGuid():N}");
        await using var file = ScratchFile.Create(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var allowed = limits.BytesFor(compressed.Length);
        try
        {
            await using var plain = Decompression.Open(compressed);
            var buffer = new byte[128 * 1024];
            for (int read; (read = await plain.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                if (file.Position > allowed)
                {
                    throw new TarFormatException($"it is larger than {allowed} bytes when decompressed");
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or ZstdSharp.ZstdException or SharpCompress.Common.SharpCompressException or EndOfStreamException)
        {
            throw new TarFormatException("it cannot be decompressed: " + e.Message.ReplaceLineEndings(" "));
        }

        file.Position = 0;
        return new UnpackedTar(path, Digest.FromHash(hash.GetHashAndReset()), new TarIndex(file, limits).Read());
    }
}
