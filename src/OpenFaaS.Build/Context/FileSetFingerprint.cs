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
        await Parallel.ForAsync(0, files.Count, options, async (index, token) =>
        {
            if (files[index] is { Kind: EntryKind.File, Content: { } content })
            {
                await using var stream = content.Open();
                hashes[index] = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, token));
            }
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
}
