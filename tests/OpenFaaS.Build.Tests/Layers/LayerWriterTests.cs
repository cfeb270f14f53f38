using System.Formats.Tar;
using System.IO.Compression;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Layers;

[TestClass]
public sealed class LayerWriterTests(TestContext context)
{
    [TestMethod]
    [DataRow("short.txt")]
    [DataRow("a/very/long/path/that/does/not/fit/into/one/hundred/bytes/so/that/a/pax/header/is/needed/for/it/file-name.txt")]
    [DataRow("unicode/早/äöü.txt")]
    [DataRow("control/a\nb")]
    public async Task WriteAsync_AnyName_GnuTarReadsItBack(string name)
    {
        var blob = await WriteAsync([Bytes.File(name, "hello")], "none");

        var listing = await Tool.RunAsync("tar", ["--quoting-style=literal", "-tf", blob.Path], context.CancellationToken);
        var content = await Tool.RunAsync("tar", ["-xOf", blob.Path], context.CancellationToken);

        Assert.AreEqual(name + "\n", listing);
        Assert.AreEqual("hello", content);
    }

    [TestMethod]
    public async Task WriteAsync_AllKinds_KeepModeOwnerAndTarget()
    {
        var blob = await WriteAsync(
        [
            new ContextEntry("d", EntryKind.Directory, Convert.ToInt32("1755", 8)) { Uid = 1, Gid = 2 },
            Bytes.File("d/f", "x", Convert.ToInt32("4711", 8)) with { Uid = 3_000_000, Gid = 4 },
            new ContextEntry("d/l", EntryKind.SymbolicLink, Convert.ToInt32("777", 8)) { LinkTarget = "../../etc/passwd" },
        ], "none");

        await using var file = File.OpenRead(blob.Path);
        await using var tar = new TarReader(file);
        var found = new List<string>();
        while (await tar.GetNextEntryAsync(cancellationToken: context.CancellationToken) is { } entry)
        {
            found.Add($"{entry.EntryType} {entry.Name} {Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid} {entry.LinkName} {entry.ModificationTime.ToUnixTimeSeconds()}");
        }

        CollectionAssert.AreEqual(
            new[]
            {
                "Directory d/ 1755 1:2  5",
                "RegularFile d/f 4711 3000000:4  5",
                "SymbolicLink d/l 777 0:0 ../../etc/passwd 5",
            },
            found);
    }

    [TestMethod]
    public async Task WriteAsync_PreservedEntries_AreReadBack()
    {
        var capability = new Dictionary<string, byte[]> { ["user.a"] = [1], ["security.capability"] = [1, 0, 0, 2, 0, 4, 0, 0] };
        var blob = await WriteAsync(
        [
            Bytes.File("a", "x") with { Xattrs = capability },
            Bytes.File("b", "x") with { Xattrs = capability, HardLink = "a" },
            new ContextEntry("c", EntryKind.CharacterDevice, 420) { DeviceMajor = 1, DeviceMinor = 300 },
            new ContextEntry("d", EntryKind.BlockDevice, 420) { DeviceMajor = 8, DeviceMinor = 1 },
            new ContextEntry("f", EntryKind.Fifo, 420), new ContextEntry("s", EntryKind.Socket, 420),
        ], "none");

        await using var file = File.OpenRead(blob.Path);
        await using var tar = new TarReader(file);
        var found = new List<string>();
        while (await tar.GetNextEntryAsync(cancellationToken: context.CancellationToken) is { } entry)
        {
            var device = entry is PosixTarEntry { EntryType: TarEntryType.CharacterDevice or TarEntryType.BlockDevice } posix ? $" {posix.DeviceMajor}:{posix.DeviceMinor}" : "";
            var xattrs = entry is PaxTarEntry pax ? string.Concat(pax.ExtendedAttributes.Keys.Where(key => key.StartsWith("SCHILY", StringComparison.Ordinal)).Select(key => " " + key)) : "";
            found.Add($"{entry.EntryType} {entry.Name} {entry.Length} {entry.LinkName}{device}{xattrs}");
        }

        CollectionAssert.AreEqual(
            new[]
            {
                "RegularFile a 1  SCHILY.xattr.security.capability", "HardLink b 0 a", "CharacterDevice c 0  1:300", "BlockDevice d 0  8:1", "Fifo f 0 ", "RegularFile s 0 ",
            },
            found);
    }

    [TestMethod]
    [DataRow("gzip", MediaTypes.OciLayerGzip)]
    [DataRow("zstd", MediaTypes.OciLayerZstd)]
    [DataRow("none", MediaTypes.OciLayer)]
    public async Task WriteAsync_AnyCompression_DiffIdIsOfThePlainTar(string algorithm, string mediaType)
    {
        var blob = await WriteAsync([Bytes.File("f", new string('x', 100_000))], algorithm);
        var plain = await WriteAsync([Bytes.File("f", new string('x', 100_000))], "none");

        await using var file = File.OpenRead(blob.Path);
        await using Stream unpacked = algorithm switch
        {
            "gzip" => new GZipStream(file, CompressionMode.Decompress),
            "zstd" => new ZstdSharp.DecompressionStream(file),
            _ => file,
        };
        using var memory = new MemoryStream();
        await unpacked.CopyToAsync(memory, context.CancellationToken);

        Assert.AreEqual(mediaType, blob.Descriptor.MediaType);
        Assert.AreEqual(plain.DiffId, blob.DiffId);
        Assert.AreEqual(Digest.Of(memory.ToArray()), blob.DiffId);
        Assert.AreEqual(Digest.Of(await File.ReadAllBytesAsync(blob.Path, context.CancellationToken)), blob.Descriptor.Digest);
        Assert.AreEqual(new FileInfo(blob.Path).Length, blob.Descriptor.Size);
    }

    [TestMethod]
    public async Task WriteAsync_KnownInput_HasAPinnedDiffId()
    {
        var blob = await WriteAsync([Bytes.File("hello.txt", "hello\n")], "gzip");

        // GNU tar gives the same: tar --format=ustar -b1 --mtime=@5 --owner=:0 --group=:0 --numeric-owner --mode=0644.
        // A change of this digest is a change of every image that the SDK makes.
        Assert.AreEqual("sha256:5c2fbce03e3c25aff17bd022f82ad865803e7ac50110c1a92332464cc53125c9", blob.DiffId.ToString());
    }

    [TestMethod]
    [TestCategory("fault-14")]
    [DataRow(".wh.x")]
    [DataRow("a/.wh..wh..opq")]
    [DataRow(".wh.d/file")]
    public async Task WriteAsync_WhiteoutName_IsACodedError(string name)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => WriteAsync([Bytes.File(name, "x")], "none"));
        Assert.AreEqual("OFB4004", failure.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    [TestCategory("fault-6")]
    [DataRow(3)]
    [DataRow(7)]
    public async Task WriteAsync_SizeDiffersFromContent_IsACodedError(int size)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => WriteAsync([Bytes.File("f", "12345") with { Size = size }], "none"));
        Assert.AreEqual("OFB4001", failure.Diagnostics[0].Descriptor.Code);
    }

    private Task<LayerBlob> WriteAsync(IEnumerable<ContextEntry> entries, string algorithm) =>
        LayerWriter.WriteAsync(entries, [], new LayerOptions(algorithm, null, 5), context.Folder(), context.CancellationToken);
}
