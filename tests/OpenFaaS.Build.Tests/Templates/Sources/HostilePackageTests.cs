using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Sources;

/// <summary>Cases 24 to 28 of the fault catalogue, as far as packages can show them. Whatever is wrong, no file reaches the tree.</summary>
[TestClass]
public sealed class HostilePackageTests(TestContext context)
{
    private static readonly RawEntry Good = new("template/a/Dockerfile", "FROM scratch\n");

    [TestMethod]
    [DataRow("../x")]
    [DataRow("template/a/../../x")]
    [DataRow("template/../../x")]
    [DataRow("/x")]
    [DataRow("C:\\x")]
    [DataRow("C:x")]
    [DataRow("..\\x")]
    [DataRow("template\\a\\x")]
    [DataRow("template/a/x\0.sh")]
    [DataRow("template/a/x\r\ny")]
    [DataRow("")]
    [DataRow("/")]
    [DataRow(".")]
    [DataRow("template/./x")]
    [DataRow("template//x")]
    [DataRow("template/a/..")]
    [DataRow("template/a/../")]
    [DataRow("%2e%2e/x")]
    [DataRow("template/a/%2e%2e%2f%2e%2e%2fx")]
    [DataRow("template/a/..%5cx")]
    [DataRow("template/a/x%00")]
    public async Task Read_Case24EscapingName_RefusesTheWholePackage(string name) =>
        await FailsAsync("OFB6134", RawZip.Write(Good, new RawEntry(name), new RawEntry("template/a/after")));

    [TestMethod]
    public async Task Read_Case24OverlongNames_AreRefused()
    {
        await FailsAsync("OFB6134", RawZip.Write(Good, new RawEntry("template/a/" + new string('a', 256))));
        await FailsAsync("OFB6134", RawZip.Write(Good, new RawEntry("template/" + string.Join('/', Enumerable.Repeat("a", 64)))));
        await FailsAsync("OFB6134", RawZip.Write(Good, new RawEntry("template/" + string.Join('/', Enumerable.Repeat(new string('a', 250), 20)))));
    }

    [TestMethod]
    [DataRow(0xA1FF, DisplayName = "symbolic link")]
    [DataRow(0x11A4, DisplayName = "FIFO")]
    [DataRow(0x61A4, DisplayName = "block device")]
    [DataRow(0x21A4, DisplayName = "character device")]
    [DataRow(0xC1A4, DisplayName = "socket")]
    public async Task Read_Case25Link_RefusesTheWholePackage(int mode)
    {
        var error = await FailsAsync("OFB6134", RawZip.Write(Good, new RawEntry("template/a/link", "/etc/passwd") { Mode = mode }));

        Assert.Contains("'template/a/link'", error.Message);
    }

    [TestMethod]
    public async Task Read_Case26Bomb_IsRefusedByItsRatio()
    {
        // 11 MiB of zeros are 11 KiB packed; 9 MiB may be as small as they like.
        await FailsAsync("OFB6134", RawZip.Write(Good, new RawEntry("template/a/zeros", new byte[11 << 20])));
        var tree = await new PackagesFolder(context.Folder(), RawZip.Write(Good, new RawEntry("template/a/zeros", new byte[9 << 20]))).ReadAsync(context.CancellationToken);
        Assert.HasCount(2, tree.Files);
    }

    [TestMethod]
    public async Task Read_Case26BombBesideTheTemplates_IsNotUnpacked()
    {
        var tree = await new PackagesFolder(context.Folder(), RawZip.Write(Good, new RawEntry("lib/zeros", new byte[64 << 20]))).ReadAsync(context.CancellationToken);

        Assert.HasCount(1, tree.Files);
    }

    [TestMethod]
    public async Task Read_Case26TooMuch_IsRefused()
    {
        var content = new byte[1000];
        new Random(1).NextBytes(content);
        var package = RawZip.Write(Good, new RawEntry("template/a/1", content), new RawEntry("template/a/2", content));

        await FailsAsync("OFB6134", package, new PackageLimits { UnpackedBytes = 2000 });
        await FailsAsync("OFB6134", package, new PackageLimits { PackageBytes = 2000 });
        await FailsAsync("OFB6134", package, new PackageLimits { Entries = 2 });
        await FailsAsync("OFB6134", package, new PackageLimits { DirectoryBytes = 100 });
        await FailsAsync("OFB6134", RawZip.Write(Good, new RawEntry("template/a/zeros", new byte[1000])), new PackageLimits { FreeBytes = 100 });
        Assert.HasCount(3, (await new PackagesFolder(context.Folder(), package).ReadAsync(context.CancellationToken, new PackageLimits { UnpackedBytes = 2013, Entries = 3 })).Files);
    }

    [TestMethod]
    [DataRow(3U)]
    [DataRow(5U)]
    [DataRow(0U)]
    [DataRow(1000U)]
    public async Task Read_Case26DeclaredSizeIsNotTheRealOne_IsRefused(uint declared)
    {
        var packages = new PackagesFolder(context.Folder(), RawZip.Write(new RawEntry("template/a/liar", "text") { DeclaredSize = declared }));

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => packages.ReadAsync(context.CancellationToken));

        Assert.AreEqual("OFB6134", error.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public async Task Read_Case27CutAnywhere_IsAnError()
    {
        var random = new byte[1500];
        new Random(2).NextBytes(random);
        var whole = RawZip.Write(Good, new RawEntry("template/a/data", random), new RawEntry("template/a/last"));
        for (var size = 0; size < whole.Length; size += size < 1400 ? 128 : 1)
        {
            await FailsAsync("OFB6133", whole[..size]);
        }
    }

    [TestMethod]
    public async Task Read_Case27GarbageAround_IsRefused()
    {
        var package = RawZip.Write(Good);

        await FailsAsync("OFB6133", [.. package, 0]);
        await FailsAsync("OFB6133", [.. package, .. package]);
        await FailsAsync("OFB6133", [0, .. package]);
        await FailsAsync("OFB6133", new byte[4096]);
        await FailsAsync("OFB6133", Encoding.UTF8.GetBytes("<html>" + new string(' ', 1000)));
    }

    [TestMethod]
    public async Task Read_Case27ContradictingNames_AreRefused()
    {
        await FailsAsync("OFB6134", RawZip.Write(Good, Good));
        await FailsAsync("OFB6134", RawZip.Write(Good, new RawEntry("template/a/Dockerfile/x")));
        await FailsAsync("OFB6134", RawZip.Write(new RawEntry("template/a/x/y"), new RawEntry("template/a/x")));
        await FailsAsync("OFB6134", RawZip.Write(new RawEntry("template/a/x/", ""), new RawEntry("template/a/x")));
        await FailsAsync("OFB6134", RawZip.Write(new RawEntry("template/a/x%41"), new RawEntry("template/a/xA")));
        await FailsAsync("OFB6134", RawZip.Write(new RawEntry("template/a/harmless") { LocalName = "template/a/../evil" }));
        await FailsAsync("OFB6134", RawZip.Write(new RawEntry("template/a/Dockerfile") { LocalName = "template/b/Dockerfile" }));
    }

    [TestMethod]
    public async Task Read_Case27Contradictions_AreErrors()
    {
        await FailsAsync("OFB6133", RawZip.Write(Good with { Flags = 1 }));
        await FailsAsync("OFB6133", RawZip.Write(Good with { Flags = 0x41 }));
        await FailsAsync("OFB6133", RawZip.Write(Good with { Method = 12 }));
        await FailsAsync("OFB6133", RawZip.Write(Good with { Method = 0, DeclaredSize = 5 }));
        await FailsAsync("OFB6133", RawZip.Write(Good with { DeclaredSize = uint.MaxValue }));
        await FailsAsync("OFB6133", RawZip.Write(Good with { HeaderOffset = uint.MaxValue }));
        await FailsAsync("OFB6133", RawZip.Write(Good with { HeaderOffset = 1 << 30 }));
        await FailsAsync("OFB6134", RawZip.Write(Good, Good with { Name = "template/a/same", HeaderOffset = 0 }));
        await FailsAsync("OFB6133", RawZip.Write(new RawEntry("template/a/folder/", "content")));
    }

    [TestMethod]
    public async Task Read_Case27DamagedContent_IsAnError()
    {
        var packages = new PackagesFolder(context.Folder(), RawZip.Write(new RawEntry("template/a/x", "text") { Packed = [0xff, 0xff, 0xff, 0xff] }));

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => packages.ReadAsync(context.CancellationToken));

        Assert.AreEqual("OFB6133", error.Diagnostics.Single().Descriptor.Code, error.Message);
    }

    [TestMethod]
    public async Task Read_Case28FlippedByte_TellsBothHashes()
    {
        var packages = new PackagesFolder(context.Folder(), RawZip.Write(Good with { Method = 0 }));
        var sealedHash = File.ReadAllText(packages.Hash);
        var bytes = File.ReadAllBytes(packages.Package);
        bytes[Encoding.Latin1.GetString(bytes).IndexOf("scratch", StringComparison.Ordinal)]++;
        File.WriteAllBytes(packages.Package, bytes);

        var error = await FailsAsync("OFB6132", packages);

        Assert.Contains(sealedHash, error.Message);
        Assert.Contains(Convert.ToBase64String(System.Security.Cryptography.SHA512.HashData(bytes)), error.Message);
        Assert.Contains(packages.Hash, error.Message);
    }

    [TestMethod]
    [DataRow("{ \"version\": 2, \"contentHash\": \"AAAA\" }", DisplayName = "another package's")]
    [DataRow("\0\0\0\0\0\0\0\0", DisplayName = "NUL after power loss")]
    [DataRow("", DisplayName = "empty")]
    [DataRow("{ \"contentHash\": 1 }", DisplayName = "no string")]
    [DataRow("{}", DisplayName = "no hash")]
    public async Task Read_Case28OtherMetadata_IsAnError(string metadata)
    {
        var packages = new PackagesFolder(context.Folder(), RawZip.Write(Good));
        File.WriteAllText(packages.Metadata, metadata);

        var error = await FailsAsync("OFB6132", packages);

        Assert.Contains(".nupkg.metadata", error.Message);
    }

    [TestMethod]
    public async Task Read_Case28SignedPackage_IsComparedWithTheWholeFilesHash()
    {
        var packages = new PackagesFolder(context.Folder(), RawZip.Write(Good, new RawEntry(".signature.p7s")));
        File.WriteAllText(packages.Metadata, """{ "version": 2, "contentHash": "AAAA" }""");

        Assert.HasCount(1, (await packages.ReadAsync(context.CancellationToken)).Files);

        File.WriteAllText(packages.Hash, "AAAA");
        await FailsAsync("OFB6132", packages);
    }

    private Task<DiagnosticException> FailsAsync(string code, byte[] package, PackageLimits? limits = null) =>
        FailsAsync(code, new PackagesFolder(context.Folder(), package), limits);

    private async Task<DiagnosticException> FailsAsync(string code, PackagesFolder packages, PackageLimits? limits = null)
    {
        var tree = new StandInTemplateTree();

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => packages.ReadAsync(context.CancellationToken, limits, tree));

        Assert.AreEqual(code, error.Diagnostics.Single().Descriptor.Code, error.Message);
        Assert.Contains(packages.Package, error.Message);
        Assert.IsEmpty(tree.Files);
        return error;
    }
}
