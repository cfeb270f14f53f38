using System.Formats.Tar;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests;

/// <summary>Files of gigabytes pass through the writers with 200 MB of heap. Each test runs itself again in a process with that limit.</summary>
[TestClass]
[TestCategory("slow")]
public sealed class LargeFileTests(TestContext context)
{
    private const int HeapLimit = 200 << 20;
    private const long Size = 3L << 30;

    [TestMethod]
    public Task LayerWriter_FileOfThreeGigabytes_IsStreamed() => WithLittleHeapAsync(async () =>
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "handler")).FullName;
        Sparse(Path.Combine(folder, "large"));
        var entries = DirectoryScanner.Scan(folder, new ScanOptions(), new RecordingLog());

        var zstd = await LayerAsync(entries, "zstd");
        var gzip = await LayerAsync(entries, "gzip");

        Assert.AreEqual(zstd.DiffId, gzip.DiffId);
        Assert.IsLessThan(Size / 100, gzip.Descriptor.Size);
    });

    [TestMethod]
    public Task ImageArchiveWriter_LayerOfThreeGigabytes_IsStreamed() => WithLittleHeapAsync(async () =>
    {
        var path = Path.Combine(context.Folder(), "blob");
        Sparse(path);
        var digest = Digest.Of("the digest of a layer is not computed again"u8);
        var layer = new ImageLayer(new Descriptor { MediaType = MediaTypes.OciLayer, Digest = digest, Size = Size }, digest, new LocalBlob(new DiskBlob(path)));
        var platform = ImageAssembler.Assemble(
            new Platform("linux", "amd64"),
            new ImageConfig { Os = "linux", Architecture = "amd64", RootFs = new RootFs { DiffIds = [digest] } },
            [layer],
            ImageFormat.Oci,
            new Dictionary<string, string>());
        var image = ImageAssembler.Combine([platform], ImageFormat.Oci, new Dictionary<string, string>(), new Dictionary<string, Digest>());
        var archive = Path.Combine(context.Folder(), "image.tar");

        await TestImage.Writer(new ImageReference("docker.io", "library/large", "v1", null)).WriteFileAsync(image, archive, context.CancellationToken);

        await using var reader = new TarReader(File.OpenRead(archive));
        var sizes = new List<long>();
        while (await reader.GetNextEntryAsync(cancellationToken: context.CancellationToken) is { } entry)
        {
            sizes.Add(entry.Length);
        }

        Assert.Contains(Size, sizes);
    });

    private async Task WithLittleHeapAsync(Func<Task> test)
    {
        if (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > HeapLimit)
        {
            await Tool.RunAsync(
                "env",
                [
                    $"DOTNET_GCHeapHardLimit=0x{HeapLimit:X}", Environment.ProcessPath!, "exec", typeof(LargeFileTests).Assembly.Location, "--progress", "off",
                    "--no-ansi", "--results-directory", context.Folder(), "--filter", $"FullyQualifiedName={context.FullyQualifiedTestClassName}.{context.TestName}",
                ],
                context.CancellationToken);
            return;
        }

        // The limit holds: a buffer as large as the heap cannot be had.
        Assert.ThrowsExactly<OutOfMemoryException>(() => GC.KeepAlive(new byte[HeapLimit]));
        await test();
    }

    private Task<LayerBlob> LayerAsync(IEnumerable<ContextEntry> entries, string algorithm) =>
        LayerWriter.WriteAsync(entries, [], new LayerOptions(algorithm, null, 0), context.Folder(), context.CancellationToken);

    private static void Sparse(string path)
    {
        using var file = File.Create(path);
        file.SetLength(Size);
        file.Position = Size - 1;
        file.WriteByte(1);
    }

    private sealed class DiskBlob(string path) : IContentSource
    {
        public Stream Open() => File.OpenRead(path);
    }
}
