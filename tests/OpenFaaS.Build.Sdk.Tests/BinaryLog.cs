using System.IO.Compression;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Reads MSBuild's binary logs as bytes: the gzip stream's content, and the files of the zip archive inside it.</summary>
internal static class BinaryLog
{
    /// <summary>All content, by what it is.</summary>
    public static Dictionary<string, byte[]> Contents(string path)
    {
        using var file = File.OpenRead(path);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var all = new MemoryStream();
        gzip.CopyTo(all);
        var events = all.ToArray();
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["binary log"] = events };
        var start = events.AsSpan().IndexOf("PK\x03\x04"u8);
        Assert.IsGreaterThan(0, start, "The log embeds its project files in a zip archive.");

        // Records follow the archive; its own end record is 22 bytes long.
        var end = events.AsSpan().LastIndexOf("PK\x05\x06"u8) + 22;
        using var archive = new ZipArchive(new MemoryStream(events, start, end - start));
        foreach (var entry in archive.Entries)
        {
            using var content = entry.Open();
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            contents["embedded " + entry.FullName] = copy.ToArray();
        }

        return contents;
    }
}
