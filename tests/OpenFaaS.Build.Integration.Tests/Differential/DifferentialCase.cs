using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.Differential;

/// <summary>One Dockerfile that the embedded builder and BuildKit must make the same image of.</summary>
/// <param name="Name">Name in the test report.</param>
/// <param name="Dockerfile">Its text; <c>BASE</c> stands for the base image's reference.</param>
public sealed record DifferentialCase(string Name, string Dockerfile)
{
    /// <summary>The build context, apart from the Dockerfile.</summary>
    public IReadOnlyList<ContextEntry> Context { get; init; } = StandardContext;

    /// <summary>Whether the context is <see cref="PreservedFolder"/> instead, with everything kept as on disk.</summary>
    public bool IsPreserved { get; init; }

    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    public string? Target { get; init; }

    /// <summary>Text of <c>.dockerignore</c>, or null.</summary>
    public string? Ignore { get; init; }

    /// <summary>Whether the BuildKit inside Docker 20.10 can do it; without a frontend image it knows no heredocs and no --link, and its COPY loses FIFOs and devices.</summary>
    public bool IsOldEnough { get; init; } = true;

    public override string ToString() => Name;

    private static IReadOnlyList<ContextEntry> StandardContext { get; } =
    [
        Bytes.File("a.txt", "a"), Bytes.File("b.txt", "b"), Bytes.File("c.md", "c"), Bytes.File("run.sh", "#!/bin/sh\n", Convert.ToInt32("755", 8)),
        Bytes.File("dir/one", "1"), Bytes.File("dir/two", "2"), Bytes.File("dir/sub/three", "3"), Bytes.File("[odd].txt", "odd"), Bytes.File("with space", "s"),
        Link("link.txt", "a.txt"), Link("dir/up", "../b.txt"), Link("linked", "dir"), Link("dangling", "nowhere"), Archive("files.tar", compress: false), Archive("files.tgz", compress: true),
        new ContextEntry("empty", EntryKind.Directory, Convert.ToInt32("755", 8)),
    ];

    private static ContextEntry Link(string path, string target) =>
        new(path, EntryKind.SymbolicLink, Convert.ToInt32("777", 8)) { LinkTarget = target };

    private static ContextEntry Archive(string path, bool compress)
    {
        using var output = new MemoryStream();
        using (Stream stream = compress ? new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true) : new BufferedStream(output))
        {
            using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
            tar.WriteEntry(Entry(TarEntryType.Directory, "inner/", null));
            tar.WriteEntry(Entry(TarEntryType.RegularFile, "inner/file", "packed"));
            tar.WriteEntry(Entry(TarEntryType.SymbolicLink, "inner/link", null, "file"));
            tar.WriteEntry(Entry(TarEntryType.HardLink, "inner/hard", null, "inner/file"));
            tar.WriteEntry(Entry(TarEntryType.Fifo, "inner/fifo", null));
            tar.WriteEntry(Device("inner/null"));
            tar.WriteEntry(Capable("inner/capable"));
            stream.Flush();
            if (!compress)
            {
                tar.Dispose();
                stream.Flush();
                return File(output.ToArray());
            }
        }

        return File(output.ToArray());

        ContextEntry File(byte[] bytes) => new(path, EntryKind.File, Convert.ToInt32("644", 8)) { Size = bytes.Length, Content = new Bytes(bytes) };
    }

    private static PaxTarEntry Device(string name) =>
        new(TarEntryType.CharacterDevice, name) { DeviceMajor = 1, DeviceMinor = 3, Mode = (UnixFileMode)Convert.ToInt32("666", 8) };

    // VFS_CAP_REVISION_2 with cap_net_bind_service, permitted and effective.
    private static PaxTarEntry Capable(string name) =>
        new(TarEntryType.RegularFile, name, [KeyValuePair.Create("SCHILY.xattr.security.capability", "\u0001\0\0\u0002\0\u0004" + new string('\0', 14))])
        {
            Uid = 12,
            Mode = (UnixFileMode)Convert.ToInt32("755", 8),
        };

    private static PaxTarEntry Entry(TarEntryType type, string name, string? content, string? link = null)
    {
        var entry = new PaxTarEntry(type, name) { Uid = 12, Gid = 34, Mode = (UnixFileMode)Convert.ToInt32(type == TarEntryType.Directory ? "750" : "640", 8) };
        if (content is not null)
        {
            entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        }

        if (link is not null)
        {
            entry.LinkName = link;
        }

        return entry;
    }
}
