using System.Formats.Tar;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Transfer;

/// <summary>Contexts go to real daemons and come back as outputs, so what both ends make of them can be compared with what was sent.</summary>
[TestClass, RequiresService("docker"), RequiresService("docker26")]
public sealed class TransferTests(TestContext context)
{
    private const string CopyAll = "FROM scratch\nCOPY . /\n", Old = "docker", Modern = "docker26";

    private string Destination => Path.Combine(context.Folder(), "out");

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Solve_ContextWithEverything_ComesBackAsItWasSent(string service)
    {
        var inode = new object();
        var large = new byte[(5 << 20) + 3];
        new Random(1).NextBytes(large);
        FileSet files = new(
        [
            Folder("a"), Bytes.File("a/b", "1"), Bytes.File("a-b", "2"), Bytes.File("a.b", "3"), Folder("a/b-c"), Bytes.File("a/b-c/d", ""),
            Bytes.File("\uFF21", "full width"), Bytes.File("\U0001F600", "four bytes"), Bytes.File("x\ny \"z\"", "odd name"), Bytes.File("-dash", "x"),
            Bytes.File("run.sh", "#!/bin/sh", 0x1ED), Link("link", "a/b"), Link("dangling", "../../nothing"), Link("a/up", "/a-b"),
            Bytes.File("hard", "same") with { Inode = inode }, Bytes.File("a/hard", "same") with { Inode = inode },
            new ContextEntry("large", EntryKind.File, 0x1A4) { Size = large.Length, Content = new Bytes(large) },
            .. Enumerable.Range(0, 2000).Select(number => Bytes.File($"many{number}", $"{number}")),
        ]);
        await using var build = await TransferBuild.OnAsync(service, context.CancellationToken);
        await using var receiver = new FolderReceiver(Destination, build.Log);

        await build.RunAsync(CopyAll, files, "local", receiver, context.CancellationToken);

        CollectionAssert.AreEqual(Described(files), Described(new FileSet(DirectoryScanner.Scan(Destination, new ScanOptions(), build.Log))));
        CollectionAssert.AreEqual(large, await File.ReadAllBytesAsync(Path.Combine(Destination, "large"), context.CancellationToken));
        Assert.IsEmpty(build.Log.Diagnostics);
    }

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Solve_PreservedModes_AreInTheArchive(string service)
    {
        FileSet files = new(
        [
            new ContextEntry("sticky", EntryKind.Directory, 0x3FF), Bytes.File("setuid", "x", 0x9ED), Bytes.File("setgid", "x", 0x5ED), new ContextEntry("pipe", EntryKind.Fifo, 0x180),
            new ContextEntry("socket", EntryKind.Socket, 0x1ED),
        ]);
        var path = Path.Combine(context.Folder(), "out.tar");
        await using var build = await TransferBuild.OnAsync(service, context.CancellationToken);
        await using var receiver = ArchiveReceiver.ToFile(path);

        await build.RunAsync(CopyAll, files, "tar", receiver, context.CancellationToken);

        await using var archive = new TarReader(File.OpenRead(path));
        var entries = new Dictionary<string, (TarEntryType Type, int Mode)>();
        while (await archive.GetNextEntryAsync(cancellationToken: context.CancellationToken) is { } entry)
        {
            entries[entry.Name.TrimEnd('/')] = (entry.EntryType, (int)entry.Mode);
        }

        Assert.AreEqual((TarEntryType.Directory, 0x3FF), entries["sticky"]);
        Assert.AreEqual(0x9ED, entries["setuid"].Mode);
        Assert.AreEqual(0x5ED, entries["setgid"].Mode);
        if (service == Modern)
        {
            // The old engine's own exporter leaves FIFOs out.
            Assert.AreEqual((TarEntryType.Fifo, 0x180), entries["pipe"]);
        }

        Assert.AreEqual(0x1ED, entries["socket"].Mode);
    }

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Solve_OneByteChangedAtEqualSizeAndTime_IsSeen(string service)
    {
        await using var build = await TransferBuild.OnAsync(service, context.CancellationToken);
        FileSet Version(int number) => new([Bytes.File("app", $"version={number}") with { Modified = 1_700_000_000_123_456_789 }, Bytes.File("other", new string('x', 10_000))]);

        await BuildAsync(build, CopyAll, Version(1));
        var first = await File.ReadAllTextAsync(Path.Combine(Destination, "app"), context.CancellationToken);
        var sent = await BuildAsync(build, CopyAll, Version(2));
        var second = await File.ReadAllTextAsync(Path.Combine(Destination, "app"), context.CancellationToken);
        var unchanged = await BuildAsync(build, CopyAll, Version(2));

        Assert.AreEqual(("version=1", "version=2"), (first, second));
        Assert.IsLessThan(1000, sent, "only the changed file is sent");
        Assert.IsLessThan(sent, unchanged);
    }

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Solve_OnlyAnExtendedAttributeChanged_SendsTheFileAnew(string service)
    {
        await using var build = await TransferBuild.OnAsync(service, context.CancellationToken);
        FileSet Version(byte number) => new([Bytes.File("app", new string('x', 10_000)) with { Xattrs = new Dictionary<string, byte[]> { ["user.version"] = [number] } }]);

        await BuildAsync(build, CopyAll, Version(1));
        var unchanged = await BuildAsync(build, CopyAll, Version(1));
        var changed = await BuildAsync(build, CopyAll, Version(2));

        Assert.IsLessThan(10_000, unchanged);
        Assert.IsGreaterThanOrEqualTo(10_000, changed);
    }

    [TestMethod]
    [TestCategory("fault-11")]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Solve_SourcesBehindLinks_AreThereAndNothingElseIsSent(string service)
    {
        FileSet files = new(
        [
            Folder("\u65E9"), Folder("\u65E9/deep"), Bytes.File("\u65E9/deep/t\u00E4st.txt", "x"), Link("latest", "\u65E9/deep"), Link("chain", "/latest"),
            Bytes.File("unused", new string('x', 100_000)),
        ]);
        await using var build = await TransferBuild.OnAsync(service, context.CancellationToken);

        var sent = await BuildAsync(build, "FROM scratch\nCOPY chain/t\u00E4st.txt latest/t* /out/\n", files);

        Assert.AreEqual("x", await File.ReadAllTextAsync(Path.Combine(Destination, "out", "t\u00E4st.txt"), context.CancellationToken));
        Assert.IsLessThan(10_000, sent);
    }

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Solve_IgnoreFile_IsAppliedWithItsExceptions(string service)
    {
        string[] paths = ["keep.md", "drop.md", "d/drop.md", "d/keep.txt", "d/e/keep.md", "modules/m/index.js", "modules/keep"];
        FileSet files = new([
            Folder("d"), Folder("d/e"), Folder("modules"), Folder("modules/m"), .. paths.Select(path => Bytes.File(path, path)),
            Bytes.File(".dockerignore", "**/*.md\n!keep.md\n!d/e/*.md\nmodules\n!modules/keep\n.dockerignore\n"),
        ]);
        await using var build = await TransferBuild.OnAsync(service, context.CancellationToken);

        await BuildAsync(build, CopyAll, files);

        CollectionAssert.AreEquivalent(
            new[] { "keep.md", "d/keep.txt", "d/e/keep.md", "modules/keep" },
            Directory.GetFiles(Destination, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Destination, path)).ToArray());
    }

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Solve_FileThatShrinksMeanwhile_FailsWithItsOwnError(string service)
    {
        FileSet files = new([new ContextEntry("app", EntryKind.File, 0x1A4) { Size = 10, Content = new Bytes(new byte[9]) }]);
        await using var build = await TransferBuild.OnAsync(service, context.CancellationToken);

        var failure = await Assert.ThrowsExactlyAsync<RpcException>(() => BuildAsync(build, CopyAll, files));

        Assert.AreEqual("OFB4001", build.Log.Diagnostics.SingleOrDefault()?.Descriptor.Code, failure.Message);
        Assert.IsFalse(Directory.Exists(Destination));
    }

    private static ContextEntry Folder(string path) => new(path, EntryKind.Directory, 0x1ED);

    private static ContextEntry Link(string path, string target) => new(path, EntryKind.SymbolicLink, 0x1FF) { LinkTarget = target };

    private static string[] Described(FileSet files) => [.. files.Select(entry => $"{entry.Path} {entry.Kind} {entry.Size} {entry.Mode:X} {entry.LinkTarget}")];

    private async Task<long> BuildAsync(TransferBuild build, string dockerfile, FileSet files)
    {
        await using var receiver = new FolderReceiver(Destination, build.Log);
        return await build.RunAsync(dockerfile, files, "local", receiver, context.CancellationToken);
    }
}
