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
        ];

        var digests = await Task.WhenAll(sets.Select(set => OfAsync(set)));

        Assert.HasCount(sets.Length, digests.Distinct());
    }

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

    private Task<Digest> OfAsync(params ContextEntry[] entries) =>
        FileSetFingerprint.ComputeAsync(new FileSet(entries), context.CancellationToken);
}
