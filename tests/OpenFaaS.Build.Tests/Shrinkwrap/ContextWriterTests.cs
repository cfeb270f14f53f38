using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Shrinkwrap;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Shrinkwrap;

[TestClass]
public sealed class ContextWriterTests(TestContext context)
{
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

    private Task WriteAsync(string folder, params ContextEntry[] entries) =>
        ContextWriter.WriteAsync(new FileSet(entries), "FROM scratch\n", "Dockerfile", folder, context.CancellationToken);

    private sealed class Broken : IContentSource
    {
        public Stream Open() => throw new IOException("cannot be read");
    }
}
