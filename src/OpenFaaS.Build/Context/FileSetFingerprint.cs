using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Context;

/// <summary>
/// A digest over everything of a file set that can reach an image: paths, kinds, modes, owners, links, contents, and what a preserved file has besides. Places do
/// not count.
/// </summary>
public static class FileSetFingerprint
{
    /// <summary>Reads the files unless <paramref name="files"/> knows their hashes.</summary>
    public static async Task<Digest> ComputeAsync(FileSet files, CancellationToken cancellationToken)
    {
        var hashes = await files.HashAsync(cancellationToken);
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < files.Count; i++)
        {
            var entry = files[i];
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{entry.Path}\0{(int)entry.Kind}\0{entry.Mode}\0{entry.Uid}\0{entry.Gid}\0{entry.Size}\0{entry.LinkTarget}\0{Convert.ToHexStringLower(hashes.Of(i))}");
            all.AppendData(Encoding.UTF8.GetBytes(line));
            if (entry.IsPreserved)
            {
                all.AppendData(Encoding.UTF8.GetBytes(Preserved(entry)));
            }

            all.AppendData("\n"u8);
        }

        return Digest.FromHash(all.GetHashAndReset());
    }

    private static string Preserved(ContextEntry entry)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"\0{entry.Modified}\0{entry.HardLink}\0{entry.DeviceMajor}\0{entry.DeviceMinor}");
        return entry.Xattrs.Count == 0
            ? text
            : text + string.Concat(entry.Xattrs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"\0{pair.Key}\0{Convert.ToHexStringLower(pair.Value)}"));
    }
}
