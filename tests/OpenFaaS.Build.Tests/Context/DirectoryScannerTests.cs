using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Context;

[TestClass]
public sealed class DirectoryScannerTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    [TestCategory("fault-1")]
    [TestCategory("fault-2")]
    [TestCategory("fault-3")]
    public void Scan_Links_AreKeptAndNeverFollowed()
    {
        File.CreateSymbolicLink(At("file"), "/etc/shadow");
        File.CreateSymbolicLink(At("folder"), "/etc/ssl");
        File.CreateSymbolicLink(At("loop"), "loop");
        File.CreateSymbolicLink(At("dangling"), "../nothing");

        var entries = Scan();

        Assert.HasCount(4, entries);
        Assert.IsTrue(entries.All(e => e.Kind == EntryKind.SymbolicLink));
        Assert.AreEqual("/etc/ssl", entries.Single(e => e.Path == "folder").LinkTarget);
    }

    [TestMethod]
    [TestCategory("fault-5")]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task Scan_SpecialFiles_AreLeftOutWithAWarning()
    {
        await Tool.RunAsync("mkfifo", [At("fifo")], context.CancellationToken);
        await Tool.RunAsync("perl", ["-MSocket", "-e", "chdir shift; socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un('socket')) or die", context.Folder()], context.CancellationToken);
        File.WriteAllText(At("file"), "x");

        var entries = Scan();

        Assert.AreEqual("file", entries.Single().Path);
        CollectionAssert.AreEqual(new[] { "OFB4005", "OFB4005" }, log.Diagnostics.Select(d => d.Descriptor.Code).ToArray());
    }

    [TestMethod]
    [TestCategory("fault-6")]
    [DataRow("grew", "it grew")]
    [DataRow("", "it shrank")]
    [DataRow("12345", "it was written to")]
    public void Open_FileWrittenAfterScan_IsACodedError(string content, string expected)
    {
        File.WriteAllText(At("f"), content == "grew" ? "1" : "12345");
        var entry = Scan().Single();
        File.WriteAllText(At("f"), content);
        File.SetLastWriteTimeUtc(At("f"), DateTime.UnixEpoch);

        var failure = Assert.ThrowsExactly<DiagnosticException>(() => entry.Content!.Open());

        Assert.AreEqual("OFB4001", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(expected, failure.Diagnostics[0].Message);
    }

    [TestMethod]
    [TestCategory("fault-4")]
    public void Open_FileReplacedByLink_IsACodedErrorAndNothingIsRead()
    {
        File.WriteAllText(At("f"), "x");
        var entry = Scan().Single();
        File.Delete(At("f"));
        File.CreateSymbolicLink(At("f"), "/etc/passwd");

        Assert.AreEqual("OFB4001", Assert.ThrowsExactly<DiagnosticException>(() => entry.Content!.Open()).Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    [TestCategory("fault-6")]
    public void Open_FileRemoved_IsACodedError()
    {
        File.WriteAllText(At("f"), "x");
        var entry = Scan().Single();
        File.Delete(At("f"));

        Assert.AreEqual("OFB4001", Assert.ThrowsExactly<DiagnosticException>(() => entry.Content!.Open()).Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    [DataRow(false, "755", "644")]
    [DataRow(true, "4711", "600")]
    public void Scan_Modes_AreNormalizedOrPreserved(bool preserve, string executable, string plain)
    {
        File.WriteAllText(At("x"), "");
        File.SetUnixFileMode(At("x"), (UnixFileMode)Convert.ToInt32("4711", 8));
        File.WriteAllText(At("y"), "");
        File.SetUnixFileMode(At("y"), (UnixFileMode)Convert.ToInt32("600", 8));

        var entries = DirectoryScanner.Scan(context.Folder(), new ScanOptions { PreserveModes = preserve }, log);

        CollectionAssert.AreEqual(new[] { executable, plain }, entries.Select(e => Convert.ToString(e.Mode, 8)).ToArray());
    }

    [TestMethod]
    [TestCategory("fault-20")]
    public void Scan_OwnOutputs_AreLeftOutByIdentity()
    {
        Directory.CreateDirectory(At("out"));
        File.WriteAllText(At("out/image.tar"), "x");
        Directory.CreateDirectory(At("src"));

        var entries = DirectoryScanner.Scan(context.Folder(), new ScanOptions { ExcludedPaths = [At("src/../out")] }, log);

        Assert.AreEqual("src", entries.Single().Path);
    }

    [TestMethod]
    [TestCategory("fault-20")]
    public void Scan_RootOfTheFileSystem_IsRefused()
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => DirectoryScanner.Scan("/", new ScanOptions(), log));
        Assert.AreEqual("OFB4007", failure.Diagnostics[0].Descriptor.Code);
    }

    private string At(string name) => Path.Combine(context.Folder(), name);

    private IReadOnlyList<ContextEntry> Scan() => DirectoryScanner.Scan(context.Folder(), new ScanOptions(), log);
}
