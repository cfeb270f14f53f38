using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Context;

[TestClass]
public sealed class FileSetFingerprintTests(TestContext context)
{
    private static readonly ContextEntry Link = new("link", EntryKind.SymbolicLink, 511) { LinkTarget = "f" };

    [TestMethod]
    public async Task ComputeAsync_SameEntriesInAnotherOrder_IsTheSame() =>
        Assert.AreEqual(await OfAsync(Link, Bytes.File("f", "x")), await OfAsync(Bytes.File("f", "x"), Link));

    [TestMethod]
    public async Task ComputeAsync_AnythingThatReachesTheImage_Counts()
    {
        var file = Bytes.File("f", "x");
        ContextEntry[][] sets =
        [
            [file, Link],
            [Bytes.File("g", "x"), Link],
            [Bytes.File("f", "y"), Link],
            [file with { Mode = 511 }, Link],
            [file with { Uid = 1 }, Link],
            [file with { Gid = 1 }, Link],
            [file, Link with { LinkTarget = "g" }],
            [file, new ContextEntry("link", EntryKind.Directory, 511)],
            [file],
            [],
            [file with { Modified = 1 }, Link],
            [file with { DeviceMajor = 1 }, Link],
            [file with { DeviceMinor = 1 }, Link],
            [file with { HardLink = "e" }, Link],
            [file with { Xattrs = Xattr("user.a", 1) }, Link],
            [file with { Xattrs = Xattr("user.a", 2) }, Link],
            [file with { Xattrs = Xattr("user.b", 1) }, Link],
            [file, Link with { Kind = EntryKind.Fifo }],
        ];

        var digests = await Task.WhenAll(sets.Select(set => OfAsync(set)));

        Assert.HasCount(sets.Length, digests.Distinct());
    }

    [TestMethod]
    public async Task ComputeAsync_KnownInput_HasAPinnedDigest() =>

        // Another digest makes every function be built again, and gives every tag of ContainerTagFormat=digest another name.
        Assert.AreEqual("sha256:84074190df5352b5b36e264d4d04180b34e093dea132deeb1c86e7f665eb5d50", (await OfAsync(Bytes.File("f", "x"), Link)).ToString());

    [TestMethod]
    public async Task ComputeAsync_FileIsGone_IsACodedError()
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "handler")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "f"), "x", context.CancellationToken);
        var entries = DirectoryScanner.Scan(folder, new ScanOptions(), new RecordingLog());
        File.Delete(Path.Combine(folder, "f"));

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => OfAsync([.. entries]));

        Assert.AreEqual(LayerDiagnostics.FileChanged, error.Diagnostics[0].Descriptor);
    }

    private static Dictionary<string, byte[]> Xattr(string name, byte value) => new() { [name] = [value] };

    private Task<Digest> OfAsync(params ContextEntry[] entries) =>
        FileSetFingerprint.ComputeAsync(new FileSet(entries), context.CancellationToken);
}
