using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

[TestClass]
public sealed class HashedTimesTests
{
    private const long Second = 1_000_000_000;

    [TestMethod]
    public void Of_OneByteChanged_IsAnotherTime()
    {
        var times = HashedTimes.Normalized(TransferSample.Hash, 1000);

        var (before, after) = (times.Of(Bytes.File("a", "version=1")), times.Of(Bytes.File("a", "version=2")));

        Assert.AreNotEqual(before, after);
        Assert.AreEqual(before, times.Of(Bytes.File("elsewhere", "version=1")));
        Assert.IsTrue(before is >= 1000 * Second and < (1000 + 65536) * Second, $"{before}");
    }

    [TestMethod]
    public void Of_ManyContents_AreAllDifferent()
    {
        var times = HashedTimes.Normalized(TransferSample.Hash, 0);

        CollectionAssert.AllItemsAreUnique(Enumerable.Range(0, 5000).Select(number => times.Of(Bytes.File("a", $"{number}"))).ToArray());
    }

    [TestMethod]
    [DataRow(5 * Second + 7, 5L)]
    [DataRow(-1L, -1L)]
    [DataRow(-Second, -1L)]
    public void Of_PreservedTime_KeepsItsWholeSeconds(long modified, long seconds)
    {
        var times = HashedTimes.Preserved(TransferSample.Hash, 1000);

        var (one, other) = (times.Of(Bytes.File("a", "1") with { Modified = modified }), times.Of(Bytes.File("a", "2") with { Modified = modified }));

        Assert.AreNotEqual(one, other);
        Assert.AreEqual((seconds, seconds), ((long)Math.Floor((decimal)one / Second), (long)Math.Floor((decimal)other / Second)));
    }

    [TestMethod]
    public void Of_OtherExtendedAttributes_IsAnotherTime()
    {
        var times = HashedTimes.Preserved(TransferSample.Hash, 1000);
        var file = Bytes.File("a", "1") with { Modified = 5 * Second };

        long[] all = [times.Of(file), TimeOf(("user.a", 1)), TimeOf(("user.a", 2)), TimeOf(("user.b", 1)), TimeOf(("user.a", 1), ("user.b", 1))];

        CollectionAssert.AllItemsAreUnique(all);
        Assert.IsTrue(all.All(time => time / Second == 5));
        Assert.AreEqual(TimeOf(("user.a", 1), ("user.b", 1)), TimeOf(("user.b", 1), ("user.a", 1)));

        long TimeOf(params (string Name, byte Value)[] attributes) =>
            times.Of(file with { Xattrs = attributes.ToDictionary(one => one.Name, one => new[] { one.Value }) });
    }

    [TestMethod]
    [DataRow(EntryKind.Directory)]
    [DataRow(EntryKind.SymbolicLink)]
    [DataRow(EntryKind.Fifo)]
    public void Of_WithoutContent_IsTheBaseTime(EntryKind kind)
    {
        var entry = new ContextEntry("a", kind, 0x1ED) { Modified = 42 };

        Assert.AreEqual(1000 * Second, HashedTimes.Normalized(TransferSample.Hash, 1000).Of(entry));
        Assert.AreEqual(42, HashedTimes.Preserved(TransferSample.Hash, 1000).Of(entry));
    }

    [TestMethod]
    public void Of_Directly_HashesTheContent() =>
        Assert.AreEqual(
            HashedTimes.Normalized(TransferSample.Hash, 7).Of(Bytes.File("a", "x")), HashedTimes.Normalized(HashedTimes.HashOf, 7).Of(Bytes.File("a", "x")));
}
