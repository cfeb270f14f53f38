using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Context;

/// <summary>A digest over everything of a file set that can reach an image: paths, kinds, modes, owners, links and contents. Times and places do not count.</summary>
public static class FileSetFingerprint
{
    /// <summary>Reads every file once, several at a time.</summary>
    public static async Task<Digest> ComputeAsync(FileSet files, CancellationToken cancellationToken)
    {
        var hashes = new string?[files.Count];
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };

        await Parallel.ForAsync(0, files.Count, options, (index, token) =>
        {
            if (files[index] is { Kind: EntryKind.File, Content: { } content })
            {
                hashes[index] = HashOf(content, token);
            }

            return ValueTask.CompletedTask;
        });

        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < files.Count; i++)
        {
            var entry = files[i];
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{entry.Path}\0{(int)entry.Kind}\0{entry.Mode}\0{entry.Uid}\0{entry.Gid}\0{entry.Size}\0{entry.LinkTarget}\0{hashes[i]}\n");
            all.AppendData(Encoding.UTF8.GetBytes(line));
        }

        return Digest.FromHash(all.GetHashAndReset());
    }

    // Synchronous, since it has a thread of its own: asynchronous reads of files on disk only change threads at every buffer.
    private static string HashOf(IContentSource content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            using var stream = content.Open();
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
