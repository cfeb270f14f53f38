using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Shrinkwrap;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Shrinkwrap;

[TestClass]
public sealed class ContextWriterTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Write_Twice_ReplacesWhole()
    {
        var folder = Path.Combine(context.Folder(), "out", "hello");
        await WriteAsync(folder, Bytes.File("old", "1"), Bytes.File("both", "1"));

        await WriteAsync(folder, Bytes.File("both", "2"), Bytes.File("run.sh", "3", Convert.ToInt32("755", 8)));

        CollectionAssert.AreEquivalent(new[] { "Dockerfile", "both", "run.sh" }, Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).ToArray());
        Assert.AreEqual("2", File.ReadAllText(Path.Combine(folder, "both")));
        Assert.AreEqual(UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(folder, "run.sh")) & UnixFileMode.UserExecute);
    }

    [TestMethod]
    public async Task Write_SourceFails_LeavesOldFolder()
    {
        var folder = Path.Combine(context.Folder(), "out", "hello");
        await WriteAsync(folder, Bytes.File("old", "1"));

        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => WriteAsync(folder, Bytes.File("a", "1"), new ContextEntry("b", EntryKind.File, 420) { Size = 1, Content = new Broken() }));

        Assert.IsTrue(File.Exists(Path.Combine(folder, "old")));
        Assert.HasCount(1, Directory.GetDirectories(Path.Combine(context.Folder(), "out")));
    }

    [TestMethod]
    public async Task Write_Fault22_LinkInPlaceOfFolderIsRefused()
    {
        var victim = Directory.CreateDirectory(Path.Combine(context.Folder(), "victim")).FullName;
        File.WriteAllText(Path.Combine(victim, "precious"), "1");
        var parent = Directory.CreateDirectory(Path.Combine(context.Folder(), "out")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(parent, "hello"), victim);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => WriteAsync(Path.Combine(parent, "hello"), Bytes.File("a", "1")));

        Assert.AreEqual("OFB4010", error.Diagnostics[0].Descriptor.Code);
        CollectionAssert.AreEqual(new[] { "precious" }, Directory.GetFileSystemEntries(victim).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    [TestCategory("fault-22")]
    public async Task Write_DockerfileIsALinkInTheContext_DoesNotWriteThroughIt()
    {
        var victim = Path.Combine(context.Folder(), "victim");
        await File.WriteAllTextAsync(victim, "precious", context.CancellationToken);
        var folder = Path.Combine(context.Folder(), "out", "hello");

        await WriteAsync(folder, new ContextEntry("Dockerfile", EntryKind.SymbolicLink, 511) { LinkTarget = victim });

        Assert.AreEqual("precious", await File.ReadAllTextAsync(victim, context.CancellationToken));
        Assert.AreEqual("FROM scratch\n", await File.ReadAllTextAsync(Path.Combine(folder, "Dockerfile"), context.CancellationToken));
    }

    [TestMethod]
    public async Task Write_FolderOfSomebodyElse_IsRefused()
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "out", "hello")).FullName;
        File.WriteAllText(Path.Combine(folder, "precious"), "1");

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => WriteAsync(folder, Bytes.File("a", "1")));

        Assert.AreEqual("OFB4010", error.Diagnostics[0].Descriptor.Code);
        Assert.IsTrue(File.Exists(Path.Combine(folder, "precious")));
    }

    [TestMethod]
    public async Task Write_SymbolicLink_IsWrittenAsLink()
    {
        var folder = Path.Combine(context.Folder(), "out", "hello");

        await WriteAsync(folder, new ContextEntry("link", EntryKind.SymbolicLink, 511) { LinkTarget = "/etc/passwd" });

        Assert.AreEqual("/etc/passwd", new FileInfo(Path.Combine(folder, "link")).LinkTarget);
    }

    [TestMethod]
    public async Task Write_Preserved_IsOnDiskAsItWas()
    {
        var file = Bytes.File("a", "x", Convert.ToInt32("4755", 8)) with { Inode = "one file", Modified = 1_000_000_000_100, Xattrs = new Dictionary<string, byte[]> { ["user.a"] = [1, 2] } };
        var folder = Path.Combine(context.Folder(), "out", "hello");

        await WriteAsync(
            folder,
            file,
            file with { Path = "b" },
            new ContextEntry("d", EntryKind.Directory, Convert.ToInt32("1777", 8)) { Modified = 2_000_000_000_000 },
            new ContextEntry("d/fifo", EntryKind.Fifo, Convert.ToInt32("606", 8)) { Modified = 5 });

        var found = new FileSet(DirectoryScanner.Scan(folder, new ScanOptions { PreserveModes = true }, log));
        Assert.AreEqual("a", found.Find("b")!.HardLink);
        Assert.AreEqual(("4755", 1_000_000_000_100), (Convert.ToString(found.Find("a")!.Mode, 8), found.Find("a")!.Modified));
        Assert.AreEqual((EntryKind.Directory, "1777", 2_000_000_000_000), (found.Find("d")!.Kind, Convert.ToString(found.Find("d")!.Mode, 8), found.Find("d")!.Modified));
        Assert.AreEqual((EntryKind.Fifo, "606"), (found.Find("d/fifo")!.Kind, Convert.ToString(found.Find("d/fifo")!.Mode, 8)));
        if (log.Diagnostics.Count == 0)
        {
            CollectionAssert.AreEqual(new byte[] { 1, 2 }, found.Find("a")!.Xattrs["user.a"]);
        }
        else
        {
            Assert.AreEqual("OFB4013", log.Diagnostics.Single().Descriptor.Code);
        }
    }

    [TestMethod]
    public async Task Write_WhatNoFolderCanHave_IsLeftOutWithAWarning()
    {
        var folder = Path.Combine(context.Folder(), "out", "hello");

        await WriteAsync(
            folder,
            new ContextEntry("socket", EntryKind.Socket, 420) { Modified = 5 },
            Bytes.File("f", "x") with { Xattrs = new Dictionary<string, byte[]> { ["nonsense"] = [1] } });

        CollectionAssert.AreEquivalent(new[] { "Dockerfile", "f" }, Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).ToArray());
        CollectionAssert.AreEqual(new[] { "OFB4012", "OFB4013" }, log.Diagnostics.Select(found => found.Descriptor.Code).ToArray());
    }

    [TestMethod]
    public async Task Write_DockerfileIsTheFirstNameOfAFile_TheOtherKeepsTheContent()
    {
        var file = Bytes.File("Dockerfile", "FROM nothing\n") with { Inode = "one file" };
        var folder = Path.Combine(context.Folder(), "out", "hello");

        await WriteAsync(folder, file, file with { Path = "copy" });

        Assert.AreEqual("FROM nothing\n", await File.ReadAllTextAsync(Path.Combine(folder, "copy"), context.CancellationToken));
        Assert.AreEqual("FROM scratch\n", await File.ReadAllTextAsync(Path.Combine(folder, "Dockerfile"), context.CancellationToken));
    }

    private Task WriteAsync(string folder, params ContextEntry[] entries) =>
        ContextWriter.WriteAsync(new FileSet(entries), "FROM scratch\n", "Dockerfile", folder, log, context.CancellationToken);

    private sealed class Broken : IContentSource
    {
        public Stream Open() => throw new IOException("cannot be read");
    }
}
