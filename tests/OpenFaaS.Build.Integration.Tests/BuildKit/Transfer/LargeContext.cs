using System.Globalization;
using System.Net.Sockets;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Transfer;

/// <summary>A build context on disk with one of everything that a preserved context keeps, many small files, and a large one.</summary>
internal static class LargeContext
{
    private const int FilesPerFolder = 100;
    private const UnixFileMode Everyone = (UnixFileMode)0x1FF;

    /// <summary>Writes it. No other call writes the same bytes, so that no daemon has any of them.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="files">Number of small files.</param>
    /// <param name="largeFile">Bytes of the large file, nearly all of them holes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task WriteAsync(string folder, int files, long largeFile, CancellationToken cancellationToken)
    {
        var mark = Guid.NewGuid().ToString("n");
        string At(string name) => Path.Combine(folder, name);

        // Not below a folder of its own, whose time in the layer would be that of the build.
        File.WriteAllText(At("Dockerfile"), "FROM scratch\nCOPY . /\n");
        for (var number = 0; number < files; number++)
        {
            var parent = At(string.Create(CultureInfo.InvariantCulture, $"many/d{number / FilesPerFolder}"));
            Directory.CreateDirectory(parent);
            File.WriteAllText(Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"f{number}.txt")), $"{mark} {number}");
        }

        WriteModes(At, mark);
        WriteLinks(At, mark);
        foreach (var name in new[] { "\uFF21", "\U0001F600", "t\u00E4st", "ta\u0308st", "\u65E9\u4E0A", "x y\"z\"" })
        {
            File.WriteAllText(At(name), mark + name);
        }

        WriteSparse(At("sparse"), 3 << 20, mark);
        WriteSparse(At("large"), largeFile, mark);
        Assert.IsNull(SpecialFile.MakeFifo(At("pipe")));
        await MakeSocketAsync(At("socket"), cancellationToken);
    }

    /// <summary>Writes one file of bytes that cannot be made smaller, so that as many go through a connection.</summary>
    public static async Task WriteNoiseAsync(string path, long bytes, CancellationToken cancellationToken)
    {
        var block = new byte[1 << 20];
        Random.Shared.NextBytes(block);
        await using var file = File.Create(path);
        for (var i = 0L; i < bytes; i += block.Length)
        {
            BitConverter.TryWriteBytes(block, i);
            await file.WriteAsync(block, cancellationToken);
        }
    }

    private static void WriteModes(Func<string, string> at, string mark)
    {
        foreach (var (name, mode) in new[]
        {
            ("setuid", UnixFileMode.SetUser | (UnixFileMode)0x1ED), ("setgid", UnixFileMode.SetGroup | (UnixFileMode)0x1E8), ("none", UnixFileMode.None),
            ("all", Everyone), ("private", UnixFileMode.UserRead | UnixFileMode.UserWrite),
        })
        {
            File.WriteAllText(at(name), mark + name);
            File.SetUnixFileMode(at(name), mode);
        }

        File.SetLastWriteTimeUtc(at("private"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc).AddTicks(1_234_567));
        Directory.CreateDirectory(at("sticky"));
        File.SetUnixFileMode(at("sticky"), UnixFileMode.StickyBit | Everyone);
    }

    private static void WriteLinks(Func<string, string> at, string mark)
    {
        Directory.CreateDirectory(at("links"));
        File.WriteAllText(at("links/one"), mark + "hard");
        Assert.IsTrue(SpecialFile.TryLink(at("links/one"), at("links/two")));
        Assert.IsTrue(SpecialFile.TryLink(at("links/one"), at("another")));
        File.CreateSymbolicLink(at("links/dangling"), "../../nothing/there");
        File.CreateSymbolicLink(at("links/up"), "/another");
    }

    private static void WriteSparse(string path, long size, string mark)
    {
        using var file = File.Create(path);
        file.SetLength(size);
        file.Position = size / 2;
        file.Write(System.Text.Encoding.ASCII.GetBytes(mark));
    }

    // A socket's address has little room for a path, and it is removed when the socket is closed, if it is still there.
    private static async Task MakeSocketAsync(string path, CancellationToken cancellationToken)
    {
        var near = Directory.CreateTempSubdirectory("ofbsock");
        try
        {
            var made = Path.Combine(near.FullName, "s");
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(made));
            await Tool.RunAsync("mv", [made, path], cancellationToken);
        }
        finally
        {
            near.Delete(recursive: true);
        }
    }
}
