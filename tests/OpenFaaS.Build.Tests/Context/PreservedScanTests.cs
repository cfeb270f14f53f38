using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Context;

/// <summary>Scans with <c>FunctionFileMode=preserve</c>.</summary>
[TestClass]
public sealed class PreservedScanTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Scan_SpecialFiles_AreEntriesOfTheirKind()
    {
        await Tool.RunAsync("mkfifo", ["-m", "640", At("fifo")], context.CancellationToken);
        await Tool.RunAsync("perl", ["-MSocket", "-e", "chdir shift; socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un('socket')) or die", context.Folder()], context.CancellationToken);

        var entries = Scan();

        CollectionAssert.AreEqual(new[] { ("fifo", EntryKind.Fifo), ("socket", EntryKind.Socket) }, entries.Select(e => (e.Path, e.Kind)).ToArray());
        Assert.AreEqual("640", Convert.ToString(entries[0].Mode, 8));
        Assert.IsTrue(entries.All(entry => entry is { Size: 0, Content: null }));
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public void Scan_Device_HasItsNumbers()
    {
        // /dev is made of devices wherever tests run, and making one takes a privilege.
        var entry = DirectoryScanner.ScanPath("/dev/null", new ScanOptions { PreserveModes = true }, log).Single();

        Assert.AreEqual((EntryKind.CharacterDevice, 1u, 3u), (entry.Kind, entry.DeviceMajor, entry.DeviceMinor));
    }

    [TestMethod]
    public async Task Scan_HardLinks_LeadToTheFirstPathOfTheSet()
    {
        File.WriteAllText(At("b"), "content");
        await Tool.RunAsync("ln", [At("b"), At("a")], context.CancellationToken);
        await Tool.RunAsync("ln", [At("b"), At("c")], context.CancellationToken);
        File.WriteAllText(At("other"), "content");

        var files = new FileSet(Scan());

        CollectionAssert.AreEqual(new[] { null, "a", "a", null }, files.Select(e => e.HardLink).ToArray());
        Assert.IsTrue(files.All(entry => entry is { Kind: EntryKind.File, Size: 7, Content: not null }));
        Assert.AreEqual("b", new FileSet(files.Where(entry => entry.Path != "a")).Find("c")!.HardLink);
        Assert.IsNull(new FileSet(files.Where(entry => entry.Path == "c")).Find("c")!.HardLink);
    }

    [TestMethod]
    public void Scan_ModeWithoutAnyBit_IsKept()
    {
        File.WriteAllText(At("f"), "x");
        File.SetUnixFileMode(At("f"), UnixFileMode.None);

        Assert.AreEqual(0, Scan().Single().Mode);
    }

    [TestMethod]
    public void Scan_Times_AreThoseOfTheDisk()
    {
        File.WriteAllText(At("f"), "x");
        File.SetLastWriteTimeUtc(At("f"), DateTime.UnixEpoch.AddTicks(12_345_678_901));

        Assert.AreEqual(1_234_567_890_100, Scan().Single().Modified);
    }

    [TestMethod]
    public void Scan_ExtendedAttributes_AreRead()
    {
        var large = new byte[3000];
        large[^1] = 7;
        File.WriteAllText(At("f"), "x");
        if (!ExtendedAttributes.TrySet(At("f"), "user.b", [1, 0, 255]))
        {
            Assert.Inconclusive("The file system of the temporary folder has no extended attributes.");
        }

        Assert.IsTrue(ExtendedAttributes.TrySet(At("f"), "user.a", large));
        Assert.IsTrue(ExtendedAttributes.TrySet(At("f"), "user.com.apple.x", []));

        var xattrs = Scan().Single().Xattrs.Where(pair => pair.Key.StartsWith("user.", StringComparison.Ordinal)).ToDictionary();

        CollectionAssert.AreEqual(new[] { "user.a", "user.b", "user.com.apple.x" }, xattrs.Keys.ToArray());
        CollectionAssert.AreEqual(large, xattrs["user.a"]);
        CollectionAssert.AreEqual(new byte[] { 1, 0, 255 }, xattrs["user.b"]);
        Assert.IsEmpty(xattrs["user.com.apple.x"]);
    }

    [TestMethod]
    public void Read_MoreAttributesThanAllowed_IsAnError()
    {
        File.WriteAllText(At("f"), "x");
        if (!ExtendedAttributes.TrySet(At("f"), "user.a", new byte[100]))
        {
            Assert.Inconclusive("The file system of the temporary folder has no extended attributes.");
        }

        var left = 50;
        Assert.ThrowsExactly<IOException>(() => ExtendedAttributes.Read(At("f"), ref left));
    }

    [TestMethod]
    public async Task Scan_Normalized_KnowsNothingOfIt()
    {
        File.WriteAllText(At("a"), "x");
        await Tool.RunAsync("ln", [At("a"), At("b")], context.CancellationToken);
        ExtendedAttributes.TrySet(At("a"), "user.a", [1]);

        var entries = DirectoryScanner.Scan(context.Folder(), new ScanOptions(), log);

        Assert.IsTrue(entries.All(entry => entry is { Modified: 0, Inode: null, Xattrs.Count: 0 }));
    }

    [TestMethod]
    public void Equals_EntriesWithAndWithoutRareFields_Differ()
    {
        var plain = Bytes.File("f", "x");

        Assert.AreNotEqual(plain, plain with { DeviceMajor = 1 });
        Assert.AreNotEqual(plain, plain with { HardLink = "a" });
        Assert.AreEqual("a", (plain with { HardLink = "a" } with { DeviceMinor = 2 }).HardLink);
    }

    private string At(string name) => Path.Combine(context.Folder(), name);

    private IReadOnlyList<ContextEntry> Scan() => DirectoryScanner.Scan(context.Folder(), new ScanOptions { PreserveModes = true }, log);
}
