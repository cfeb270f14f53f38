using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

[TestClass]
public sealed class FolderReceiverTests(TestContext context)
{
    private readonly RecordingLog log = new();

    private string Destination => Path.Combine(context.Folder(), "out");

    private string Mark => Path.Combine(context.Folder(), $".{Path.GetFileName(Destination)}.openfaas-output");

    [TestMethod]
    public async Task Commit_Folder_ReplacesTheOldOneWhole()
    {
        Directory.CreateDirectory(Destination);
        await File.WriteAllTextAsync(Path.Combine(Destination, "old"), "", context.CancellationToken);
        Assert.AreEqual("OFB5209", Assert.ThrowsExactly<DiagnosticException>(() => new FolderReceiver(Destination, log)).Diagnostics.Single().Descriptor.Code);

        // What an earlier output leaves beside its folder.
        await File.WriteAllTextAsync(Mark, "", context.CancellationToken);
        var inode = new object();
        await using (var receiver = new FolderReceiver(Destination, log))
        {
            await ReceiveAsync(receiver, TransferSample.Set(
                Bytes.File("bin/tool", "run", 0x9ED) with { Inode = inode },
                Bytes.File("bin/alias", "run", 0x9ED) with { Inode = inode },
                new ContextEntry("closed", EntryKind.Directory, 0x16D),
                Bytes.File("closed/file", "x", 0x124),
                Bytes.File("empty", ""),
                TransferSample.Link("link", "../../etc/passwd"),
                TransferSample.Link("bin/dangling", "nothing")));
            Assert.IsTrue(File.Exists(Path.Combine(Destination, "old")));
            await receiver.CommitAsync(context.CancellationToken);
        }

        CollectionAssert.AreEquivalent(
            new[] { "bin", "bin/alias", "bin/dangling", "bin/tool", "closed", "closed/file", "empty", "link" },
            Directory.GetFileSystemEntries(Destination, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Destination, path)).ToArray());
        Assert.AreEqual("run", File.ReadAllText(At("bin/tool")));
        Assert.AreEqual("../../etc/passwd", new FileInfo(At("link")).LinkTarget);
        if (!OperatingSystem.IsWindows())
        {
            Assert.AreEqual("1ED 124 1ED", string.Join(' ', new[] { "bin/tool", "closed/file", "closed" }.Select(path => $"{(int)File.GetUnixFileMode(At(path)):X}")));
        }

        CollectionAssert.AreEquivalent(new[] { Destination, Mark }, Directory.GetFileSystemEntries(context.Folder()));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Commit_HardLinks_AreOneFile()
    {
        var inode = new object();
        await using var receiver = new FolderReceiver(Destination, log);
        await ReceiveAsync(receiver, new FileSet([Bytes.File("a", "1") with { Inode = inode }, Bytes.File("b", "1") with { Inode = inode }]));
        await receiver.CommitAsync(context.CancellationToken);

        await File.WriteAllTextAsync(At("a"), "2", context.CancellationToken);

        Assert.AreEqual("2", File.ReadAllText(At("b")));
    }

    [TestMethod]
    public async Task Commit_RandomTrees_ArriveWhole()
    {
        foreach (var seed in Enumerable.Range(0, 10))
        {
            var files = TransferSample.Random(seed);
            await using var receiver = new FolderReceiver(Destination, log);
            await ReceiveAsync(receiver, files);
            await receiver.CommitAsync(context.CancellationToken);

            var scanned = DirectoryScanner.Scan(Destination, new ScanOptions(), log);

            CollectionAssert.AreEqual(Described(files), Described(new FileSet(scanned)), $"seed {seed}");
        }
    }

    [TestMethod]
    public async Task Commit_TwoPlatforms_AreSideBySide()
    {
        await using var receiver = new FolderReceiver(Destination, log);
        await Task.WhenAll(
            ReceiveAsync(receiver, TransferSample.Files("linux_amd64/app", "shared/a")), ReceiveAsync(receiver, TransferSample.Files("linux_arm64/app", "shared/b")));
        await receiver.CommitAsync(context.CancellationToken);

        Assert.IsTrue(new[] { "linux_amd64/app", "linux_arm64/app", "shared/a", "shared/b" }.All(path => File.Exists(At(path))));
    }

    [TestMethod]
    public async Task Receive_OneNameFromTwoPlatforms_IsAnError()
    {
        await using var receiver = new FolderReceiver(Destination, log);
        await ReceiveAsync(receiver, TransferSample.Files("app"));

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ReceiveAsync(receiver, TransferSample.Files("app")));
        Assert.IsTrue(failure.Diagnostics[0].Descriptor.Code is "OFB5205" or "OFB5202", failure.Message);
        failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => receiver.CommitAsync(context.CancellationToken));
        Assert.AreEqual("OFB5204", failure.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task Commit_SpecialFiles_AreLeftOutWithAWarning()
    {
        await using var receiver = new FolderReceiver(Destination, log);
        await ReceiveAsync(receiver, new FileSet([new ContextEntry("null", EntryKind.CharacterDevice, 0x1B6), new ContextEntry("pipe", EntryKind.Fifo, 0x1B6), Bytes.File("z", "z")]));
        await receiver.CommitAsync(context.CancellationToken);

        CollectionAssert.AreEqual(new[] { At("z") }, Directory.GetFileSystemEntries(Destination));
        CollectionAssert.AreEqual(new[] { "OFB5206", "OFB5206" }, log.Diagnostics.Select(one => one.Descriptor.Code).ToArray());
    }

    [TestMethod]
    public void Create_FolderWithARepository_IsRefused()
    {
        Directory.CreateDirectory(Path.Combine(Destination, ".git"));

        Assert.AreEqual("OFB5207", Assert.ThrowsExactly<DiagnosticException>(() => new FolderReceiver(Destination, log)).Diagnostics[0].Descriptor.Code);
        Assert.AreEqual("OFB5207", Assert.ThrowsExactly<DiagnosticException>(() => new FolderReceiver("/", log)).Diagnostics[0].Descriptor.Code);
    }

    private static string[] Described(FileSet files) => [.. files.Select(entry => $"{entry.Path} {entry.Kind} {entry.Size} {entry.LinkTarget}")];

    private string At(string path) => Path.Combine(Destination, path);

    private async Task ReceiveAsync(FolderReceiver receiver, FileSet files)
    {
        var (there, back) = (new MessagePipe(), new MessagePipe());
        var sending = FileSender.SendAsync(TransferSample.Directory(files), FileRequest.All, back.Packets, there.PacketWriter, _ => { }, failure => failure, context.CancellationToken);
        var receiving = receiver.ReceiveAsync(there.Raw, back.RawWriter, new Dictionary<string, string>(), failure => failure, context.CancellationToken);
        await Task.WhenAll(receiving, sending);
    }
}
