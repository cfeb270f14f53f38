using OpenFaaS.Build.Context;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Archives;

/// <summary>
/// Writes an image as one tar that is an OCI layout (<c>oci-layout</c>, <c>index.json</c>) and a Docker archive (<c>manifest.json</c>) at once, so that every tool reads it.
/// The bytes depend on the image and its names alone.
/// </summary>
/// <param name="names">Names that the image gets where it is loaded.</param>
/// <param name="openBlob">Opens a layer's blob.</param>
/// <param name="epoch">Time of every entry, seconds since 1970.</param>
internal sealed class ImageArchiveWriter(
    IReadOnlyList<ImageReference> names, Func<ImageLayer, CancellationToken, Task<Stream>> openBlob, long epoch)
{
    private static readonly int FolderMode = Convert.ToInt32("755", 8);
    private static readonly int FileMode = Convert.ToInt32("644", 8);

    /// <summary>Writes the archive to a file, which is replaced whole or not at all.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The file cannot be written, or a blob cannot be read.</exception>
    public Task WriteFileAsync(BuiltImage image, string path, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(path, (stream, token) => WriteAsync(image, stream, token), cancellationToken);

    /// <summary>Writes the archive to a stream.</summary>
    public async Task WriteAsync(BuiltImage image, Stream output, CancellationToken cancellationToken)
    {
        var tar = new TarWriter(output, epoch);
        await tar.WriteAsync("oci-layout", ArchiveIndex.Layout, cancellationToken);
        await tar.WriteAsync("index.json", ArchiveIndex.Index(image, names), cancellationToken);
        await tar.WriteAsync("manifest.json", ArchiveIndex.DockerManifest(image, names), cancellationToken);
        await tar.WriteAsync(new ContextEntry("blobs", EntryKind.Directory, FolderMode), cancellationToken);
        await tar.WriteAsync(new ContextEntry("blobs/sha256", EntryKind.Directory, FolderMode), cancellationToken);
        foreach (var blob in Blobs(image).OrderBy(blob => blob.Key, StringComparer.Ordinal))
        {
            await blob.Value(tar);
        }

        await tar.FinishAsync(cancellationToken);

        Dictionary<string, Func<TarWriter, Task>> Blobs(BuiltImage built)
        {
            var blobs = new Dictionary<string, Func<TarWriter, Task>>(StringComparer.Ordinal)
            {
                [built.Descriptor.Digest.Hex] = writer => writer.WriteAsync(ArchiveIndex.PathOf(built.Descriptor.Digest), built.Document, cancellationToken),
            };
            foreach (var (descriptor, bytes) in built.Manifests.Concat(built.Configs))
            {
                blobs[descriptor.Digest.Hex] = writer => writer.WriteAsync(ArchiveIndex.PathOf(descriptor.Digest), bytes, cancellationToken);
            }

            foreach (var layer in built.Layers)
            {
                blobs[layer.Descriptor.Digest.Hex] = writer => WriteLayerAsync(writer, layer, cancellationToken);
            }

            return blobs;
        }
    }

    private async Task WriteLayerAsync(TarWriter tar, ImageLayer layer, CancellationToken cancellationToken)
    {
        var entry = new ContextEntry(ArchiveIndex.PathOf(layer.Descriptor.Digest), EntryKind.File, FileMode)
        {
            Size = layer.Descriptor.Size,
            Content = new Opened(await openBlob(layer, cancellationToken)),
        };
        await tar.WriteAsync(entry, cancellationToken);
    }

    private sealed class Opened(Stream stream) : IContentSource
    {
        public Stream Open() => stream;
    }
}
