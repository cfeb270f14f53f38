using System.Globalization;
using System.Text;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Layers;

[TestClass]
public sealed class UnpackedTarTests(TestContext context)
{
    [TestMethod]
    [DataRow("v7")]
    [DataRow("ustar")]
    [DataRow("gnu")]
    [DataRow("posix")]
    public async Task Read_ArchiveOfGnuTar_ListsWhatTarLists(string format)
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "in")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "d"));
        File.WriteAllText(Path.Combine(folder, "d", "file"), "content");
        File.CreateSymbolicLink(Path.Combine(folder, "link"), "d/file");
        await Tool.RunAsync("ln", [Path.Combine(folder, "d", "file"), Path.Combine(folder, "hard")], context.CancellationToken);
        var longName = format == "v7" ? "short" : new string('n', 90) + "/" + new string('m', 120);
        if (format == "ustar")
        {
            longName = new string('n', 90) + "/" + new string('m', 90);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, longName))!);
        File.WriteAllText(Path.Combine(folder, longName), "long");
        var archive = Path.Combine(context.Folder(), "a.tar");
        await Tool.RunAsync("tar", ["-C", folder, $"--format={format}", "--sort=name", "--owner=7", "--group=8", "--mode=640", "-cf", archive, "."], context.CancellationToken);

        var tar = await ReadAsync(File.OpenRead(archive));

        var expected = (await Tool.RunAsync("tar", ["-tf", archive], context.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        CollectionAssert.AreEqual(expected, tar.Items.Select(item => item.Name).ToArray());
        var file = tar.Items.Single(item => item.Name == "./d/file");
        Assert.AreEqual((7, 8, Convert.ToInt32("640", 8)), (file.Uid, file.Gid, file.Mode));
        Assert.AreEqual("content", await TextAsync(tar, file));
        Assert.AreEqual("long", await TextAsync(tar, tar.Items.Single(item => item.Name == "./" + longName)));
        Assert.AreEqual(("./hard", TarItemKind.HardLink, "./d/file"), tar.Items.Where(i => i.Kind == TarItemKind.HardLink).Select(i => (i.Name, i.Kind, i.LinkName)).Single());
        Assert.AreEqual("d/file", tar.Items.Single(item => item.Kind == TarItemKind.SymbolicLink).LinkName);
    }

    [TestMethod]
    public async Task Of_ItemsOfALayer_AreTheEntriesThatWereWritten()
    {
        byte[] capability = [10, 0, 255, 61, 128, 10];
        ContextEntry[] written =
        [
            new("b", EntryKind.BlockDevice, 438) { DeviceMajor = 7, DeviceMinor = 300 }, new("c", EntryKind.CharacterDevice, 438) { DeviceMajor = 1, DeviceMinor = 3 },
            new("f", EntryKind.Fifo, 438) { Uid = 5, Gid = 6 }, Bytes.File("g", "x") with { Xattrs = new Dictionary<string, byte[]> { ["security.capability"] = capability } },
            Bytes.File("h", "x") with { HardLink = "g" }, Bytes.File("i", "x"),
        ];
        var blob = await LayerWriter.WriteAsync(written, [], new LayerOptions("gzip", null, 5), context.Folder(), context.CancellationToken);

        var tar = await ReadAsync(File.OpenRead(blob.Path));

        var entries = new TarEntries(tar);
        var read = new Dictionary<string, ContextEntry>(StringComparer.Ordinal);
        foreach (var item in tar.Items)
        {
            read[item.Name] = entries.Of(item, item.Name, read.GetValueOrDefault);
        }

        CollectionAssert.AreEqual(written[..3], read.Values.Take(3).ToArray());
        CollectionAssert.AreEqual(capability, read["g"].Xattrs["security.capability"]);
        Assert.AreEqual("g", new FileSet(read.Values).Find("h")!.HardLink);
        Assert.IsNull(read["i"].Inode);
    }

    [TestMethod]
    [DataRow("gzip")]
    [DataRow("bzip2")]
    [DataRow("xz")]
    [DataRow("zstd")]
    [DataRow("cat")]
    public async Task Read_Compressed_IsRecognisedByContent(string program)
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "in")).FullName;
        File.WriteAllText(Path.Combine(folder, "file"), string.Join('\n', Enumerable.Range(0, 50_000)));
        var archive = Path.Combine(context.Folder(), "a.bin");
        await Tool.RunAsync("sh", ["-c", $"tar -C '{folder}' -cf - file | {program} > '{archive}'"], context.CancellationToken);

        var tar = await ReadAsync(File.OpenRead(archive));

        Assert.AreEqual("file", tar.Items.Single().Name);
        Assert.AreEqual(File.ReadAllText(Path.Combine(folder, "file")), await TextAsync(tar, tar.Items[0]));
    }

    [TestMethod]
    public async Task Read_HugeExtensionHeader_IsRefusedBeforeItIsRead()
    {
        var header = Header("x", 'x', 700L << 20);

        var error = await Assert.ThrowsExactlyAsync<TarFormatException>(() => ReadAsync(new MemoryStream(header)));

        Assert.Contains("extension header", error.Message);
    }

    [TestMethod]
    public async Task Read_TooLarge_StopsAtLimit()
    {
        var bomb = Path.Combine(context.Folder(), "bomb.gz");
        await Tool.RunAsync("sh", ["-c", $"head -c 50000000 /dev/zero | gzip > '{bomb}'"], context.CancellationToken);

        var error = await Assert.ThrowsExactlyAsync<TarFormatException>(
            () => UnpackedTar.ReadAsync(File.OpenRead(bomb), context.Folder(), new TarLimits(1 << 20, 10), context.CancellationToken));

        Assert.Contains("larger than", error.Message);
        Assert.IsTrue(Directory.GetFiles(context.Folder(), "tar-*").All(path => new FileInfo(path).Length < 2 << 20));
    }

    [TestMethod]
    public async Task Read_TooManyEntries_IsRefused()
    {
        var archive = new MemoryStream();
        for (var i = 0; i < 11; i++)
        {
            archive.Write(Header($"f{i}", '0', 0));
        }

        archive.Position = 0;

        await Assert.ThrowsExactlyAsync<TarFormatException>(
            () => UnpackedTar.ReadAsync(archive, context.Folder(), new TarLimits(1 << 20, 10), context.CancellationToken));
    }

    [TestMethod]
    public async Task Read_PaxHeaderAfterPaxHeader_OnlyTheLastCounts()
    {
        var archive = new MemoryStream([.. Pax("path=first", "uid=5"), .. Pax("path=second", "comment=x"), .. Header("plain", '0', 0), .. Header("next", '0', 0)]);

        var tar = await ReadAsync(archive);

        CollectionAssert.AreEqual(new[] { "second 0", "next 0" }, tar.Items.Select(item => $"{item.Name} {item.Uid}").ToArray());
    }

    [TestMethod]
    [DataRow('1')]
    [DataRow('2')]
    [DataRow('3')]
    [DataRow('4')]
    [DataRow('5')]
    [DataRow('6')]
    public async Task Read_EntryWithoutContentHasASize_IsNotSkippedOver(char type)
    {
        var tar = await ReadAsync(new MemoryStream([.. Header("odd", type, 512), .. Header("next", '0', 0)]));

        CollectionAssert.AreEqual(new[] { "odd", "next" }, tar.Items.Select(item => item.Name).ToArray());
    }

    [TestMethod]
    [DataRow("path")]
    [DataRow("linkpath")]
    public async Task Read_NameLongerThanLinuxAllows_IsRefused(string key)
    {
        var archive = new MemoryStream([.. Pax($"{key}={new string('n', 4097)}"), .. Header("x", '2', 0)]);

        var error = await Assert.ThrowsExactlyAsync<TarFormatException>(() => ReadAsync(archive));

        Assert.Contains("longer than 4096", error.Message);
    }

    [TestMethod]
    [DataRow(1000L, 1L << 30)]
    [DataRow(10L << 20, 2000L << 20)]
    [DataRow(1L << 40, 64L << 30)]
    public void BytesFor_CompressedSize_BoundsTheRatio(long compressed, long expected) =>
        Assert.AreEqual(expected, TarLimits.Layer.BytesFor(compressed));

    [TestMethod]
    [DataRow("truncated header")]
    [DataRow("truncated content")]
    [DataRow("bad checksum")]
    [DataRow("sparse")]
    [DataRow("negative size")]
    [DataRow("truncated gzip")]
    [DataRow("bad pax")]
    public async Task Read_Malformed_IsRefused(string what)
    {
        var good = Header("file", '0', 5).Concat(new byte[512]).ToArray();
        byte[] bytes = what switch
        {
            "truncated header" => good[..100],
            "truncated content" => good[..514],
            "bad checksum" => [(byte)'X', .. good[1..]],
            "sparse" => Header("file", 'S', 0),
            "negative size" => Header("file", '0', -5),
            "truncated gzip" => Gzip(good)[..40],
            _ => [.. Header("x", 'x', 20), .. Encoding.ASCII.GetBytes("99 path=far\n".PadRight(512, '\0'))],
        };

        await Assert.ThrowsExactlyAsync<TarFormatException>(() => ReadAsync(new MemoryStream(bytes)));
    }

    [TestMethod]
    public async Task Read_RandomlyDamaged_NeverFailsOtherwise()
    {
        var good = new MemoryStream();
        var writer = new TarWriter(good, 0);
        foreach (var name in new[] { "a", new string('b', 150) + "/c", "d" })
        {
            await writer.WriteAsync(Bytes.File(name, "content of " + name), context.CancellationToken);
        }

        await writer.FinishAsync(context.CancellationToken);
        var random = new Random(20261124);
        for (var round = 0; round < 300; round++)
        {
            var bytes = good.ToArray();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                await ReadAsync(new MemoryStream(bytes, 0, random.Next(bytes.Length + 1)));
            }
            catch (TarFormatException)
            {
                // The one failure that is allowed.
            }
        }
    }

    private static byte[] Gzip(byte[] data)
    {
        using var output = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(output, System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(data);
        }

        return output.ToArray();
    }

    private static byte[] Pax(params string[] records)
    {
        var body = string.Concat(records.Select(record =>
        {
            var length = record.Length + 2;
            while (length != record.Length + 2 + length.ToString(CultureInfo.InvariantCulture).Length)
            {
                length = record.Length + 2 + length.ToString(CultureInfo.InvariantCulture).Length;
            }

            return $"{length} {record}\n";
        }));
        return [.. Header("pax", 'x', body.Length), .. Encoding.ASCII.GetBytes(body.PadRight((body.Length + 511) / 512 * 512, '\0'))];
    }

    private static byte[] Header(string name, char type, long size)
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        Encoding.ASCII.GetBytes("0000644\00000000\00000000\0").CopyTo(header, 100);
        if (size < 0)
        {
            header.AsSpan(124, 12).Fill(0xFF);
        }
        else
        {
            Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(header, 124);
        }

        header[156] = (byte)type;
        Encoding.ASCII.GetBytes("ustar\000").CopyTo(header, 257);
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }

    private Task<UnpackedTar> ReadAsync(Stream stream) => UnpackedTar.ReadAsync(stream, context.Folder(), TarLimits.Archive, context.CancellationToken);

    private static async Task<string> TextAsync(UnpackedTar tar, TarItem item)
    {
        using var reader = new StreamReader(tar.ContentOf(item).Open());
        return await reader.ReadToEndAsync();
    }
}
