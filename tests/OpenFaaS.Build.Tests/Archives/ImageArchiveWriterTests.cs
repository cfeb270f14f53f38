using System.Text.Json;
using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Archives;

[TestClass]
public sealed class ImageArchiveWriterTests(TestContext context)
{
    private static readonly ImageReference Name = new("docker.io", "library/hello", "v1", null);

    [TestMethod]
    public async Task WriteFile_Image_IsReadBySkopeoInBothFormats()
    {
        var image = await ImageAsync("content");
        var path = Path.Combine(context.Folder(), "hello.oci.tar");

        await Writer().WriteFileAsync(image, path, context.CancellationToken);

        foreach (var transport in new[] { "oci-archive", "docker-archive" })
        {
            var inspect = await Tool.RunAsync("skopeo", ["inspect", $"{transport}:{path}"], context.CancellationToken);
            using var json = JsonDocument.Parse(inspect);
            Assert.AreEqual("linux", json.RootElement.GetProperty("Os").GetString());
            if (transport == "oci-archive")
            {
                Assert.AreEqual(image.Descriptor.Digest.ToString(), json.RootElement.GetProperty("Digest").GetString());
            }
        }
    }

    [TestMethod]
    public async Task WriteFile_Twice_GivesSameBytes()
    {
        var first = Path.Combine(context.Folder(), "1.tar");
        var second = Path.Combine(context.Folder(), "2.tar");

        await Writer().WriteFileAsync(await ImageAsync("content"), first, context.CancellationToken);
        await Writer().WriteFileAsync(await ImageAsync("content"), second, context.CancellationToken);

        CollectionAssert.AreEqual(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [TestMethod]
    public async Task WriteFile_Fault73_DiskFullLeavesOldArchive()
    {
        var mount = Directory.CreateDirectory(Path.Combine(context.Folder(), "small")).FullName;
        await Tool.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mount], context.CancellationToken);
        try
        {
            var path = Path.Combine(mount, "hello.oci.tar");
            await Writer().WriteFileAsync(await ImageAsync("small"), path, context.CancellationToken);
            var before = File.ReadAllBytes(path);
            var noise = new byte[2 << 20];
            new Random(1).NextBytes(noise);
            var big = await ImageAsync(Convert.ToBase64String(noise));

            var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Writer().WriteFileAsync(big, path, context.CancellationToken));

            Assert.AreEqual("OFB4003", error.Diagnostics[0].Descriptor.Code);
            CollectionAssert.AreEqual(before, File.ReadAllBytes(path));
            Assert.HasCount(1, Directory.GetFiles(mount));
        }
        finally
        {
            await Tool.RunAsync("umount", [mount], CancellationToken.None);
        }
    }

    private async Task<BuiltImage> ImageAsync(string text)
    {
        var blob = await LayerWriter.WriteAsync([Bytes.File("file", text)], [], new LayerOptions("gzip", null, 0), context.Folder(), context.CancellationToken);
        var config = new ImageConfig { Os = "linux", Architecture = "amd64", RootFs = new RootFs { DiffIds = [blob.DiffId] } };
        var layer = new ImageLayer(blob.Descriptor, blob.DiffId, new LocalBlob(new DiskBlob(blob.Path)));
        var platform = ImageAssembler.Assemble(new Platform("linux", "amd64"), config, [layer], ImageFormat.Oci, new Dictionary<string, string>());
        return ImageAssembler.Combine([platform], ImageFormat.Oci, new Dictionary<string, string>(), new Dictionary<string, Digest>());
    }

    private static ImageArchiveWriter Writer() => new([Name], (layer, _) => Task.FromResult(((LocalBlob)layer.Content).Source.Open()), 0);

    private sealed class DiskBlob(string path) : IContentSource
    {
        public Stream Open() => File.OpenRead(path);
    }
}
