using System.Text;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

[TestClass]
public sealed class FileSenderTests(TestContext context)
{
    [TestMethod]
    public async Task Send_Tree_ArrivesInTheOrderOfFsutil()
    {
        var received = await SendAsync(TransferSample.Files("a/b", "a-b", "a.b", "a/b-c/d", "\uFF21", "\U0001F600"));

        CollectionAssert.AreEqual(new[] { "a", "a/b", "a/b-c", "a/b-c/d", "a-b", "a.b", "\uFF21", "\U0001F600" }, received.Paths.ToArray());
        Assert.AreEqual("a/b-c/d", Encoding.UTF8.GetString(received.Contents["a/b-c/d"]));
    }

    [TestMethod]
    public async Task Send_RandomTrees_ArriveWhole()
    {
        foreach (var seed in Enumerable.Range(0, 25))
        {
            var files = TransferSample.Random(seed);

            var received = await SendAsync(files);

            CollectionAssert.AreEquivalent(files.Select(entry => entry.Path).ToArray(), received.Paths.ToArray(), $"seed {seed}");
        }
    }

    [TestMethod]
    public async Task Send_FoldersThatTheSetLacks_AreMade()
    {
        var received = await SendAsync(new FileSet([Bytes.File("a/b/Dockerfile", "FROM scratch")]));

        CollectionAssert.AreEqual(new[] { "a", "a/b", "a/b/Dockerfile" }, received.Paths.ToArray());
        Assert.AreEqual(GoFileMode.Directory | 0x1ED, received.Stats[0].Mode);
    }

    [TestMethod]
    public async Task Send_LargeFile_ArrivesWholeInChunks()
    {
        var bytes = new byte[(3 << 20) + 1];
        new Random(1).NextBytes(bytes);
        var file = new ContextEntry("large", EntryKind.File, 0x1A4) { Size = bytes.Length, Content = new Bytes(bytes) };

        var received = await SendAsync(new FileSet([file, Bytes.File("small", "x"), Bytes.File("empty", "")]));

        CollectionAssert.AreEqual(bytes, received.Contents["large"]);
        Assert.IsEmpty(received.Contents["empty"]);
    }

    [TestMethod]
    [DataRow(EntryKind.File, 0xDED, GoFileMode.SetUser | GoFileMode.SetGroup | 0x1ED)]
    [DataRow(EntryKind.Directory, 0x3FF, GoFileMode.Directory | GoFileMode.Sticky | 0x1FF)]
    [DataRow(EntryKind.SymbolicLink, 0x1FF, GoFileMode.SymbolicLink | 0x1FF)]
    [DataRow(EntryKind.Fifo, 0x180, GoFileMode.NamedPipe | 0x180)]
    [DataRow(EntryKind.CharacterDevice, 0x1B6, GoFileMode.Device | GoFileMode.CharacterDevice | 0x1B6)]
    [DataRow(EntryKind.BlockDevice, 0x1B0, GoFileMode.Device | 0x1B0)]
    [DataRow(EntryKind.Socket, 0x1ED, 0x1EDu)]
    public async Task Send_Kinds_HaveTheModesOfGo(EntryKind kind, int mode, uint expected)
    {
        var entry = new ContextEntry("it", kind, mode) { Uid = 5, Gid = 6, LinkTarget = kind == EntryKind.SymbolicLink ? "../nowhere" : null, DeviceMajor = 1, DeviceMinor = 3 };

        var stat = (await SendAsync(new FileSet([entry]))).Stats.Single();

        Assert.AreEqual((expected, 0u, 0u), (stat.Mode, stat.Uid, stat.Gid));
        Assert.AreEqual((1L, 3L, entry.LinkTarget ?? ""), (stat.Devmajor, stat.Devminor, stat.Linkname));
    }

    [TestMethod]
    [DataRow(0x1A4, 0x1EDu)]
    [DataRow(0x1FF, 0x1EDu)]
    [DataRow(0x100, 0x149u)]
    public async Task Send_WindowsModes_CanBeExecuted(int mode, uint expected)
    {
        var directory = TransferSample.Directory(new FileSet([Bytes.File("a", "x", mode)])) with { WindowsModes = true };

        Assert.AreEqual(expected, (await ReceiverStandIn.TransferAsync(directory, FileRequest.All, context.CancellationToken)).Stats.Single().Mode);
    }

    [TestMethod]
    public async Task Send_Xattrs_AreKept()
    {
        var entry = Bytes.File("a", "x") with { Xattrs = new Dictionary<string, byte[]> { ["security.capability"] = [1, 0, 2] } };

        var stat = (await SendAsync(new FileSet([entry]))).Stats.Single();

        CollectionAssert.AreEqual(new byte[] { 1, 0, 2 }, stat.Xattrs["security.capability"].ToByteArray());
    }

    [TestMethod]
    public async Task Send_HardLinks_LeadToTheFirstThatIsSent()
    {
        // As paths a-b is before a/b, in a transfer it is the other way round.
        var inode = new object();
        var files = TransferSample.Set([.. new[] { "a-b", "a/b", "c" }.Select(path => Bytes.File(path, "same") with { Inode = inode })]);

        var all = await SendAsync(files);
        var some = await ReceiverStandIn.TransferAsync(TransferSample.Directory(files), new FileRequest([], ["a"], []), context.CancellationToken);

        CollectionAssert.AreEqual(new[] { "a", "a/b", "a-b->a/b", "c->a/b" }, Links(all));
        CollectionAssert.AreEqual(new[] { "a-b", "c->a-b" }, Links(some));
        Assert.AreEqual((4L, 0L), (some.Stats[0].Size, some.Stats[1].Size));
        Assert.HasCount(1, some.Contents);
    }

    private static string[] Links(ReceiverStandIn received) => [.. received.Stats.Select(stat => stat.Linkname.Length > 0 ? $"{stat.Path}->{stat.Linkname}" : stat.Path)];

    private Task<ReceiverStandIn> SendAsync(FileSet files) => ReceiverStandIn.TransferAsync(TransferSample.Directory(files), FileRequest.All, context.CancellationToken);
}
