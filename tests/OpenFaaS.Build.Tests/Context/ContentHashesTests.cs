using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Context;

[TestClass]
public sealed class ContentHashesTests(TestContext context)
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(5)]
    [DataRow((128 * 1024) - 1)]
    [DataRow(128 * 1024)]
    [DataRow((128 * 1024) + 1)]
    [DataRow(1_000_000)]
    public async Task HashAsync_AnySize_IsSha256OfTheContent(int size)
    {
        var text = new string('x', size);
        var files = new FileSet([Bytes.File("f", text), new ContextEntry("d", EntryKind.Directory, 493)]);

        var hashes = await files.HashAsync(context.CancellationToken);

        CollectionAssert.AreEqual(SHA256.HashData(Encoding.UTF8.GetBytes(text)), hashes.Of(files.Find("f")!).ToArray());
        Assert.IsTrue(hashes.Of(files.Find("d")!).IsEmpty);
    }

    [TestMethod]
    public async Task HashAsync_SeveralUsers_ReadEveryFileOnce()
    {
        var content = new Counting();
        var file = new ContextEntry("a", EntryKind.File, 420) { Size = 1, Content = content, Inode = "one file" };
        var files = new FileSet([file, file with { Path = "b" }]);

        var hashes = await files.HashAsync(context.CancellationToken);
        await FileSetFingerprint.ComputeAsync(files, context.CancellationToken);
        await FileSetFingerprint.ComputeAsync(files, context.CancellationToken);

        Assert.AreEqual(1, content.Opened);
        CollectionAssert.AreEqual(hashes.Of(0).ToArray(), hashes.Of(1).ToArray());
        Assert.AreEqual(32, hashes.Of(1).Length);
    }

    [TestMethod]
    public async Task Of_ManyAtOnce_ReadsTheFileOnceAndNoOther()
    {
        var (asked, other) = (new Counting(), new Counting());
        var files = new FileSet([new ContextEntry("a", EntryKind.File, 420) { Size = 1, Content = asked }, new ContextEntry("b", EntryKind.File, 420) { Size = 1, Content = other }]);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => files.Hashes.Of(files[0]).ToArray(), context.CancellationToken)));

        Assert.AreEqual(1, asked.Opened);
        Assert.AreEqual(0, other.Opened);
        await files.HashAsync(context.CancellationToken);
        Assert.AreEqual(1, asked.Opened);
        Assert.AreEqual(1, other.Opened);
    }

    [TestMethod]
    public async Task ReadFromTheEnd_WhileOthersAskFromTheFirst_EveryFileIsReadOnce()
    {
        Counting[] contents = [.. Enumerable.Range(0, 2000).Select(_ => new Counting())];
        var files = new FileSet(contents.Select((content, i) => new ContextEntry($"f{i}", EntryKind.File, 420) { Size = 1, Content = content }));

        var reading = files.Hashes.ReadFromTheEnd(context.CancellationToken);
        for (var i = 0; i < files.Count; i++)
        {
            Assert.AreEqual(32, files.Hashes.Of(i).Length);
        }

        await reading;
        Assert.IsTrue(Array.TrueForAll(contents, content => content.Opened == 1));
    }

    [TestMethod]
    public async Task ReadFromTheEnd_FewSmallFiles_ReadsNone()
    {
        var content = new Counting();

        await new FileSet([new ContextEntry("a", EntryKind.File, 420) { Size = 1, Content = content }]).Hashes.ReadFromTheEnd(context.CancellationToken);

        Assert.AreEqual(0, content.Opened);
    }

    [TestMethod]
    public async Task ReadFromTheEnd_Cancelled_EndsBeforeTheFirst()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var content = new Counting();
        var files = new FileSet(Enumerable.Range(0, 1000).Select(i => new ContextEntry($"f{i:D4}", EntryKind.File, 420) { Size = 1, Content = i == 999 ? new Ending(stop) : content }));

        await Assert.ThrowsAsync<OperationCanceledException>(() => files.Hashes.ReadFromTheEnd(stop.Token));

        Assert.AreEqual(0, content.Opened);
    }

    [TestMethod]
    public async Task Complete_AllAskedFor_EndsWithTheLast()
    {
        var file = new ContextEntry("a", EntryKind.File, 420) { Size = 1, Content = new Counting(), Inode = "one file" };
        var files = new FileSet([file, file with { Path = "b" }, Bytes.File("c", "x"), new ContextEntry("d", EntryKind.Directory, 493)]);

        _ = files.Hashes.Of(0);
        _ = files.Hashes.Of(1);
        _ = files.Hashes.Of(1);
        Assert.IsFalse(files.Hashes.Complete.IsCompleted);
        _ = files.Hashes.Of(2);

        await files.Hashes.Complete.WaitAsync(TimeSpan.FromSeconds(30), context.CancellationToken);
    }

    [TestMethod]
    public void Complete_NoFiles_HasEnded() => Assert.IsTrue(new FileSet([new ContextEntry("d", EntryKind.Directory, 493)]).Hashes.Complete.IsCompleted);

    [TestMethod]
    public void Complete_FileThatCannotBeRead_DoesNotEnd()
    {
        var files = new FileSet([new ContextEntry("a", EntryKind.File, 420) { Size = 1, Content = new FailingOnce() }]);

        Assert.ThrowsExactly<IOException>(() => files.Hashes.Of(0).ToArray());

        Assert.IsFalse(files.Hashes.Complete.IsCompleted);
    }

    [TestMethod]
    public void Of_FileThatFailed_IsReadAgain()
    {
        var content = new FailingOnce();
        var files = new FileSet([new ContextEntry("a", EntryKind.File, 420) { Size = 1, Content = content }]);

        Assert.ThrowsExactly<IOException>(() => files.Hashes.Of(0).ToArray());

        Assert.AreEqual(32, files.Hashes.Of(0).Length);
    }

    [TestMethod]
    public void Of_Cancelled_EndsWithinALargeFile()
    {
        var files = new FileSet([Bytes.File("f", new string('x', 1_000_000))]);

        Assert.ThrowsExactly<OperationCanceledException>(() => files.Hashes.Of(files[0], new CancellationToken(canceled: true)).ToArray());
    }

    [TestMethod]
    public async Task HashAsync_Cancelled_CanBeAskedAgain()
    {
        var files = new FileSet([Bytes.File("f", "x")]);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => files.HashAsync(cancelled.Token));

        Assert.AreEqual(32, (await files.HashAsync(context.CancellationToken)).Of(0).Length);
    }

    [TestMethod]
    public async Task Of_EntryOfAnotherSet_IsAnError()
    {
        var hashes = await new FileSet([Bytes.File("f", "x")]).HashAsync(context.CancellationToken);

        Assert.ThrowsExactly<ArgumentException>(() => hashes.Of(Bytes.File("g", "x")).ToArray());
    }

    private sealed class Ending(CancellationTokenSource stop) : IContentSource
    {
        public Stream Open()
        {
            stop.Cancel();
            return new MemoryStream([1]);
        }
    }

    private sealed class FailingOnce : IContentSource
    {
        private bool hasFailed;

        public Stream Open()
        {
            if (!hasFailed)
            {
                hasFailed = true;
                throw new IOException("not now");
            }

            return new MemoryStream([1]);
        }
    }

    private sealed class Counting : IContentSource
    {
        private int opened;

        public int Opened => opened;

        public Stream Open()
        {
            Interlocked.Increment(ref opened);
            return new MemoryStream([1]);
        }
    }
}
