using System.Formats.Tar;
using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Archives;

[TestClass]
public sealed class ArchiveUnpackerTests(TestContext context)
{
    private const string Tree =
        "mkdir -p a/b empty 'with space'; echo one > a/one; printf two > a/b/two; head -c 70000 /dev/urandom > big; "
        + "ln -s ../big a/link; ln -s /etc/passwd absolute; ln -s nowhere dangling; ln a/one hard; : > 'with space/é ü'; "
        + "chmod 4755 a/one; chmod 1777 empty; chmod 600 big; chmod 2750 a/b";

    [TestMethod]
    [DataRow("v7", "cat")]
    [DataRow("ustar", "gzip")]
    [DataRow("gnu", "bzip2")]
    [DataRow("posix", "xz")]
    [DataRow("posix", "zstd")]
    public async Task TryUnpack_ArchiveOfGnuTar_GivesWhatTarExtracts(string format, string program)
    {
        var source = Directory.CreateDirectory(Path.Combine(context.Folder(), "source")).FullName;
        var extracted = Directory.CreateDirectory(Path.Combine(context.Folder(), "extracted")).FullName;
        await ShellAsync($"cd '{source}'; {Tree}");
        await ShellAsync($"cd '{context.Folder()}'; tar -C source --format={format} --owner=12 --group=34 -cf - . | {program} > archive.dat; {program} -d < archive.dat 2>/dev/null > plain.tar || cp archive.dat plain.tar; tar -C extracted --same-permissions -xf plain.tar");

        var entries = await UnpackAsync("archive.dat");

        var expected = await ShellAsync($"cd '{extracted}'; find . -mindepth 1 -printf '%P|%y|%m|%U:%G|%l\\n' | LC_ALL=C sort");
        CollectionAssert.AreEqual(expected.Split('\n', StringSplitOptions.RemoveEmptyEntries), entries!.Where(e => e.Path.Length > 0).Select(Line).Order(StringComparer.Ordinal).ToArray());
        foreach (var file in entries!.Where(entry => entry.Kind == EntryKind.File))
        {
            CollectionAssert.AreEqual(await File.ReadAllBytesAsync(Path.Combine(extracted, file.Path), context.CancellationToken), await ReadAsync(file), file.Path);
        }
    }

    [TestMethod]
    [DataRow(": > f", DisplayName = "empty")]
    [DataRow("echo text > f", DisplayName = "text")]
    [DataRow("echo text | gzip > f", DisplayName = "compressed text")]
    [DataRow("head -c 10240 /dev/zero > f", DisplayName = "zeros")]
    [DataRow("head -c 10240 /dev/zero | xz > f", DisplayName = "compressed zeros")]
    [DataRow("printf '\\037\\213 no gzip' > f", DisplayName = "signature only")]
    [DataRow("printf 'BZh9 no bzip2' > f", DisplayName = "signature of bzip2 only")]
    [DataRow("cp /bin/true f", DisplayName = "program")]
    public async Task TryUnpack_NoArchive_IsNull(string make)
    {
        await ShellAsync($"cd '{context.Folder()}'; {make}");

        Assert.IsNull(await UnpackAsync("f"));
        Assert.IsEmpty(Directory.GetFiles(context.Folder(), "archive-*"));
    }

    [TestMethod]
    [DataRow("../../etc/cron.d/x", "etc/cron.d/x")]
    [DataRow("/etc/x", "etc/x")]
    [DataRow("a/../../b", "b")]
    [DataRow("./a//./b", "a/b")]
    public async Task TryUnpack_NameThatLeavesTheRoot_IsCleaned(string name, string expected)
    {
        await WriteAsync(new PaxTarEntry(TarEntryType.RegularFile, name));

        var entries = await UnpackAsync("hostile.tar");

        Assert.AreEqual(expected, entries!.Single().Path);
    }

    [TestMethod]
    [DataRow("missing")]
    [DataRow("../outside")]
    [DataRow("folder")]
    public async Task TryUnpack_HardLinkToNoFile_IsACodedError(string target)
    {
        await WriteAsync(new PaxTarEntry(TarEntryType.Directory, "folder/"), new PaxTarEntry(TarEntryType.HardLink, "link") { LinkName = target });

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => UnpackAsync("hostile.tar"));

        Assert.AreEqual("OFB4101", failure.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task TryUnpack_HardLinkToASymbolicLink_IsThatLink()
    {
        await WriteAsync(
            new PaxTarEntry(TarEntryType.SymbolicLink, "s") { LinkName = "/etc/shadow" },
            new PaxTarEntry(TarEntryType.HardLink, "h") { LinkName = "s" });

        var entries = await UnpackAsync("hostile.tar");

        Assert.AreEqual((EntryKind.SymbolicLink, "/etc/shadow"), (entries![1].Kind, entries[1].LinkTarget));
    }

    [TestMethod]
    public async Task TryUnpack_DamagedAfterTheFirstEntry_IsACodedError()
    {
        await WriteAsync(new PaxTarEntry(TarEntryType.RegularFile, "a"), new PaxTarEntry(TarEntryType.RegularFile, "b"));
        var path = Path.Combine(context.Folder(), "hostile.tar");
        var bytes = await File.ReadAllBytesAsync(path, context.CancellationToken);
        await File.WriteAllBytesAsync(path, bytes[..1800], context.CancellationToken);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => UnpackAsync("hostile.tar"));

        Assert.AreEqual("OFB4101", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("hostile.tar", failure.Diagnostics[0].Message);
    }

    private static string Line(ContextEntry entry)
    {
        var kind = entry.Kind switch { EntryKind.Directory => 'd', EntryKind.SymbolicLink => 'l', _ => 'f' };
        return $"{entry.Path}|{kind}|{Convert.ToString(entry.Mode, 8)}|{entry.Uid}:{entry.Gid}|{entry.LinkTarget}";
    }

    private static async Task<byte[]> ReadAsync(ContextEntry entry)
    {
        await using var content = entry.Content!.Open();
        using var memory = new MemoryStream();
        await content.CopyToAsync(memory);
        return memory.ToArray();
    }

    private async Task WriteAsync(params TarEntry[] entries)
    {
        await using var writer = new TarWriter(File.Create(Path.Combine(context.Folder(), "hostile.tar")));
        foreach (var entry in entries)
        {
            await writer.WriteEntryAsync(entry, context.CancellationToken);
        }
    }

    private Task<string> ShellAsync(string script) => Tool.RunAsync("bash", ["-ec", script], context.CancellationToken);

    private Task<IReadOnlyList<ContextEntry>?> UnpackAsync(string file) => ArchiveUnpacker.TryUnpackAsync(
        new DiskContent(Path.Combine(context.Folder(), file)), file, context.Folder(), context.CancellationToken);

    private sealed class DiskContent(string path) : IContentSource
    {
        public Stream Open() => File.OpenRead(path);
    }
}
