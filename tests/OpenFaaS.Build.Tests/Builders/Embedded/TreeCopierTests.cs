using System.Text;
using OpenFaaS.Build.Builders.Embedded;
using OpenFaaS.Build.Builders.Embedded.Copying;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.Builders.Embedded;

[TestClass]
public sealed class TreeCopierTests(TestContext context)
{
    private static readonly int Folder = Convert.ToInt32("755", 8);
    private static readonly int Plain = Convert.ToInt32("644", 8);

    [TestMethod]
    [DataRow("a.txt", "/x", "x", DisplayName = "file to a new name")]
    [DataRow("a.txt", "/x/", "x,x/a.txt", DisplayName = "file into a new folder")]
    [DataRow("a.txt", "/opt", "opt/a.txt", DisplayName = "file into a folder that exists")]
    [DataRow("d", "/x", "x,x/b.txt,x/sub,x/sub/c.txt", DisplayName = "content of a folder")]
    [DataRow("d/", "/opt/", "opt/b.txt,opt/sub,opt/sub/c.txt", DisplayName = "content of a folder into one that exists")]
    [DataRow("*.txt", "/x/", "x,x/a.txt,x/z.txt", DisplayName = "wildcard")]
    [DataRow("d/*", "/x/", "x,x/b.txt,x/c.txt", DisplayName = "a matched folder gives its content")]
    [DataRow("[!a]*", "/x/", "x,x/a.txt", DisplayName = "only ^ negates a set")]
    [DataRow("*.none", "/x/", "", DisplayName = "a wildcard may match nothing")]
    [DataRow("link", "/x", "x", DisplayName = "a link named as source is followed")]
    [DataRow("a.txt", "/bin/x", "usr/bin/x", DisplayName = "a link in the destination is followed")]
    [DataRow("a.txt", "/bin", "usr/bin/a.txt", DisplayName = "a link as the destination is followed")]
    [DataRow("../../a.txt", "/x", "x", DisplayName = "parents stop at the root of the context")]
    public async Task CopyAsync_Source_LandsWhereBuildKitPutsIt(string source, string destination, string expected)
    {
        var layer = await CopyAsync(source, destination);

        Assert.AreEqual(expected, string.Join(',', layer.Entries.Keys.Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public async Task CopyAsync_FileOverFolder_IsACodedError()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => CopyAsync("d", "/etc"));
        Assert.AreEqual("OFB2105", failure.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task CopyAsync_MissingSource_IsACodedError()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => CopyAsync("nothing", "/x"));
        Assert.AreEqual("OFB2104", failure.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task CopyAsync_LinkLoopInTheImage_IsACodedError()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => CopyAsync("a.txt", "/loop/x"));
        Assert.AreEqual("OFB2103", failure.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task CopyAsync_OwnerAndMode_ApplyToFilesAndMadeFolders()
    {
        var layer = await CopyAsync("a.txt", "/new/x", new Ownership(7, 8), OpenFaaS.Build.Builders.Embedded.Copying.FileMode.Parse("700"));

        Assert.IsTrue(layer.Entries.Values.All(e => e is { Uid: 7, Gid: 8 } && e.Mode == Convert.ToInt32(e.Kind == EntryKind.File ? "700" : "755", 8)));
    }

    [TestMethod]
    public async Task CopyAsync_HardLinks_StayOneFileWithinOneSource()
    {
        var file = TextFile("d/a", "x") with { Inode = "one file" };
        var files = new SourceTree(new FileSet([file, file with { Path = "d/b" }, file with { Path = "c" }]), "the build context");
        var layer = new LayerTree();
        var copier = new TreeCopier(Image(layer), layer, null, null);

        await copier.CopyAsync(files, "d", "/x/", context.CancellationToken);
        await copier.CopyAsync(files, "c", "/x/", context.CancellationToken);

        var entries = layer.Entries.Values.ToArray();
        HardLinks.Resolve(entries);
        CollectionAssert.AreEqual(new[] { "x/a", null, "x/b", "x/a", "x/c", null }, entries.Where(e => e.Kind == EntryKind.File).SelectMany(e => new[] { e.Path, e.HardLink }).ToArray());
    }

    [TestMethod]
    public async Task CopyAsync_Socket_IsAnEmptyFile()
    {
        var layer = new LayerTree();

        await new TreeCopier(Image(layer), layer, null, null).CopyAsync(
            new SourceTree(new FileSet([new ContextEntry("s", EntryKind.Socket, 511), new ContextEntry("f", EntryKind.Fifo, 438)]), "the build context"), "*", "/x/", context.CancellationToken);

        Assert.AreEqual((EntryKind.File, 511), (layer.Entries["x/s"].Kind, layer.Entries["x/s"].Mode));
        Assert.AreEqual((EntryKind.Fifo, 438), (layer.Entries["x/f"].Kind, layer.Entries["x/f"].Mode));
    }

    [TestMethod]
    [DataRow("1000", 1000, 1000)]
    [DataRow("1000:5", 1000, 5)]
    [DataRow("app", 1654, 1655)]
    [DataRow("app:staff", 1654, 50)]
    [DataRow("3:staff", 3, 50)]
    public async Task FindAsync_Owner_ComesFromNumbersOrPasswd(string owner, int uid, int gid) =>
        Assert.AreEqual(new Ownership(uid, gid), await OwnerLookup.FindAsync(Image(new LayerTree()), owner, context.CancellationToken));

    [TestMethod]
    public async Task FindAsync_UnknownUser_IsACodedError()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => OwnerLookup.FindAsync(Image(new LayerTree()), "nobody-here", context.CancellationToken));
        Assert.AreEqual("OFB2106", failure.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task FindAsync_UpperLayerDecides_LowerLayersAreNotRead()
    {
        var upper = new LayerTree();
        upper.Set(new ContextEntry("home", EntryKind.Directory, Folder));
        upper.Set(new ContextEntry("home/app", EntryKind.Directory, Folder));
        var root = new RootFs([new UnreadableLayer(), new MemoryLayer(upper)]);

        Assert.AreEqual("home/app", await root.ResolveAsync("home/app", followLast: true, context.CancellationToken));
        Assert.IsNotNull(await root.FindAsync("home/app", context.CancellationToken));
    }

    private static RootFs Image(LayerTree top)
    {
        var tree = new LayerTree();
        foreach (var folder in new[] { "usr", "usr/bin", "opt", "etc" })
        {
            tree.Set(new ContextEntry(folder, EntryKind.Directory, Folder));
        }

        tree.Set(new ContextEntry("bin", EntryKind.SymbolicLink, 511) { LinkTarget = "usr/bin" });
        tree.Set(new ContextEntry("loop", EntryKind.SymbolicLink, 511) { LinkTarget = "loop" });
        tree.Set(TextFile("etc/b.txt", "a folder stands in the way"));
        tree.Set(new ContextEntry("etc/sub", EntryKind.SymbolicLink, 511) { LinkTarget = "b.txt" });
        tree.Set(TextFile("etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:1654:1655::/home/app:/bin/sh\n"));
        tree.Set(TextFile("etc/group", "root:x:0:\nstaff:x:50:\n"));
        return new RootFs([new MemoryLayer(tree), new MemoryLayer(top)]);
    }

    private static ContextEntry TextFile(string path, string text) =>
        new(path, EntryKind.File, Plain) { Size = text.Length, Content = new MemoryContent(Encoding.UTF8.GetBytes(text)) };

    private async Task<LayerTree> CopyAsync(string source, string destination, Ownership? owner = null, OpenFaaS.Build.Builders.Embedded.Copying.FileMode? mode = null)
    {
        var files = new FileSet(
        [
            TextFile("a.txt", "a"), TextFile("z.txt", "z"), TextFile("d/b.txt", "b"), TextFile("d/sub/c.txt", "c"),
            new ContextEntry("d", EntryKind.Directory, Folder), new ContextEntry("d/sub", EntryKind.Directory, Folder),
            new ContextEntry("link", EntryKind.SymbolicLink, 511) { LinkTarget = "a.txt" },
        ]);
        var layer = new LayerTree();
        await new TreeCopier(Image(layer), layer, owner, mode).CopyAsync(new SourceTree(files, "the build context"), source, destination, context.CancellationToken);
        return layer;
    }

    private sealed class MemoryLayer(LayerTree tree) : ILayerSource
    {
        public ValueTask<LayerTree> ReadTreeAsync(CancellationToken cancellationToken) => new(tree);
    }

    private sealed class UnreadableLayer : ILayerSource
    {
        public ValueTask<LayerTree> ReadTreeAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("The layer was read.");
    }
}
