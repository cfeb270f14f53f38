using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Templates.Cache;

/// <summary>The identity of a template's files: the same for a cache entry, a lock file's row and a local folder with the same files.</summary>
/// <remarks>
/// SHA-256 over one record a file or link, sorted by the bytes of the path: <c>mode SP hash SP path NUL</c>, in UTF-8. Mode is 100755 for a file that its owner
/// may execute, 100644 for another, 120000 for a link; hash is the SHA-256 of the content or of the link's target, in lower-case hexadecimal; path has <c>/</c>.
/// <c>meta.json</c> at the top, empty folders, and what is neither file, folder nor link do not count.
/// </remarks>
internal static class TreeHash
{
    private const string Prefix = "sha256:";
    private const string Metadata = "meta.json";

    /// <summary>The hash of a folder, as <c>sha256:&lt;hex&gt;</c>. Links are not followed.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static string Of(string folder)
    {
        var records = new List<(byte[] Path, byte[] Record)>();
        Add(folder, "", records);
        records.Sort((a, b) => a.Path.AsSpan().SequenceCompareTo(b.Path));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, record) in records)
        {
            hash.AppendData(record);
        }

        return Prefix + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(string folder, string prefix, List<(byte[] Path, byte[] Record)> records)
    {
        foreach (var full in Directory.EnumerateFileSystemEntries(folder))
        {
            var path = prefix + Path.GetFileName(full);
            switch (FileStatus.Of(full))
            {
                case { Type: FileType.Directory }:
                    Add(full, path + "/", records);
                    break;
                case { Type: FileType.SymbolicLink }:
                    var target = new FileInfo(full).LinkTarget ?? "";
                    Add("120000", SHA256.HashData(Encoding.UTF8.GetBytes(target)), path, records);
                    break;
                case { Type: FileType.File } status when path != Metadata:
                    using (var file = File.OpenRead(full))
                    {
                        Add((status.Mode & (int)UnixFileMode.UserExecute) != 0 ? "100755" : "100644", SHA256.HashData(file), path, records);
                    }

                    break;
            }
        }
    }

    private static void Add(string mode, byte[] hash, string path, List<(byte[] Path, byte[] Record)> records) =>
        records.Add((Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes($"{mode} {Convert.ToHexStringLower(hash)} {path}\0")));
}
