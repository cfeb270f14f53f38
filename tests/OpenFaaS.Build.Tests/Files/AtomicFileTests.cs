using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Tests.Files;

[TestClass]
public sealed class AtomicFileTests(TestContext context)
{
    private readonly string folder = Directory.CreateTempSubdirectory("ofbatomic").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public async Task WriteUnforced_OldFile_IsReplacedWholeAndNothingElseIsLeft()
    {
        var path = Path.Combine(folder, "state.json");
        await File.WriteAllTextAsync(path, "old and longer", context.CancellationToken);

        await AtomicFile.WriteUnforcedAsync(path, "new"u8.ToArray(), context.CancellationToken);

        Assert.AreEqual("new", await File.ReadAllTextAsync(path, context.CancellationToken));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(folder));
    }

    [TestMethod]
    public async Task WriteUnforced_Cancelled_LeavesTheOldFile()
    {
        var path = Path.Combine(folder, "state.json");
        await File.WriteAllTextAsync(path, "old", context.CancellationToken);

        await Assert.ThrowsAsync<OperationCanceledException>(() => AtomicFile.WriteUnforcedAsync(path, "new"u8.ToArray(), new CancellationToken(canceled: true)));

        Assert.AreEqual("old", await File.ReadAllTextAsync(path, context.CancellationToken));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(folder));
    }
}
