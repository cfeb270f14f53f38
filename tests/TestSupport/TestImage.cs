using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Small images for tests, made by the product's own writers.</summary>
internal static class TestImage
{
    /// <summary>Two layers a platform: <c>hello/architecture</c> with a text of its own and <c>hello/link</c> to it.</summary>
    public static async Task<BuiltImage> BuildAsync(
        string folder, string text, CancellationToken cancellationToken,
        string compression = "gzip", ImageFormat format = ImageFormat.Oci, params string[] architectures)
    {
        var platforms = new List<PlatformImage>();
        foreach (var architecture in architectures.Length == 0 ? [Platform.LinuxHost.Architecture] : architectures)
        {
            var options = new LayerOptions(compression, null, 0);
            var folderEntry = new ContextEntry("hello", EntryKind.Directory, Convert.ToInt32("755", 8));
            var link = new ContextEntry("hello/link", EntryKind.SymbolicLink, Convert.ToInt32("777", 8)) { LinkTarget = "architecture" };
            LayerBlob[] blobs =
            [
                await LayerWriter.WriteAsync([folderEntry, Bytes.File("hello/architecture", $"{text} {architecture}")], [], options, folder, cancellationToken),
                await LayerWriter.WriteAsync([folderEntry, link], [], options, folder, cancellationToken),
            ];
            var config = new ImageConfig
            {
                Os = "linux",
                Architecture = architecture,
                RootFs = new RootFs { DiffIds = [.. blobs.Select(blob => blob.DiffId)] },
                Config = new ContainerConfig { Cmd = ["/hello/link"] },
            };
            platforms.Add(ImageAssembler.Assemble(
                new Platform("linux", architecture), config, [.. blobs.Select(Layer)], format, new Dictionary<string, string>()));
        }

        return ImageAssembler.Combine(platforms, format, new Dictionary<string, string>(), new Dictionary<string, Digest>());
    }

    /// <summary>A writer of archives for images whose blobs are on this machine.</summary>
    public static ImageArchiveWriter Writer(params IReadOnlyList<ImageReference> names) =>
        new(names, static (layer, _) => Task.FromResult(((LocalBlob)layer.Content).Source.Open()), 0);

    private static ImageLayer Layer(LayerBlob blob) => new(blob.Descriptor, blob.DiffId, new LocalBlob(new DiskBlob(blob.Path)));

    private sealed class DiskBlob(string path) : IContentSource
    {
        public Stream Open() => File.OpenRead(path);
    }
}
