using Grpc.Core;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.ContentStores.Documents;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Kaniko;

/// <summary>The image in a layout that the executor wrote (<c>--oci-layout-path</c>). Its layers stay there, and are verified when they are read.</summary>
internal static class LayoutImage
{
    /// <summary>
    /// Makes the folder for a layout. The folders in it are this user's, so that they can be removed whoever writes into them: the executor is root, which
    /// for an engine may be anybody. The folder that they lie in is private.
    /// </summary>
    /// <exception cref="DiagnosticException">It cannot be made.</exception>
    public static string Prepare(string temporaryFolder)
    {
        var folder = Path.Combine(temporaryFolder, "layout");
        try
        {
            foreach (var path in new[] { folder, Path.Combine(folder, "blobs"), Path.Combine(folder, "blobs", "sha256") })
            {
                SharedFolder.Create(path);
            }

            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(folder, e);
        }
    }

    /// <summary>Reads the layout's documents.</summary>
    /// <param name="folder">Full path of the layout.</param>
    /// <param name="wanted">The digest that the executor told.</param>
    /// <param name="bases">What the image was made from.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">The layout holds another image, or is damaged.</exception>
    public static async Task<BuiltImage> ReadAsync(string folder, Digest wanted, IReadOnlyDictionary<string, Digest> bases, CancellationToken cancellationToken)
    {
        try
        {
            if (await new LayoutIndex(folder).FindAsync(null, cancellationToken) is var found && found != wanted)
            {
                throw Malformed($"it holds {(found is null ? "no image, or several," : found)}, and the executor told {wanted}");
            }

            var blobs = new BlobFiles(folder);
            var tree = await new ImageTreeReader($"'{folder}'", (digest, token) => DocumentAsync(blobs, digest, token)).ReadAsync(wanted, cancellationToken);
            return tree is { Platforms: [_], Attachments: [] } && !MediaTypes.IsIndex(tree.Descriptor.MediaType)
                ? tree.ToImage(bases, (descriptor, diffId) => Layer(blobs, descriptor, diffId))
                : throw Malformed("it does not hold one image of one platform");
        }
        catch (InvalidDataException e)
        {
            throw Malformed(e.Message);
        }
        catch (RpcException e)
        {
            throw Malformed(e.Status.Detail);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Malformed(e.Message.TrimEnd('.'));
        }
    }

    private static async Task<byte[]?> DocumentAsync(BlobFiles blobs, Digest digest, CancellationToken cancellationToken)
    {
        if (blobs.Find(digest) is not { } blob)
        {
            return null;
        }

        var bytes = blob.Size <= ContentLimits.Document ? await BoundedFile.ReadAsync(blobs.PathOf(digest), ContentLimits.Document, cancellationToken) : throw Malformed($"{digest} is too large for a document");
        return Digest.Of(bytes) == digest ? bytes : throw Malformed($"the bytes of {digest} have another digest");
    }

    private static ImageLayer Layer(BlobFiles blobs, Descriptor descriptor, Digest diffId) =>
        blobs.Find(descriptor.Digest) is { } blob && blob.Size == descriptor.Size
            ? new ImageLayer(descriptor, diffId, new LocalBlob(new VerifiedContent(new FileRange(blobs.PathOf(blob.Digest), 0, blob.Size), blob.Digest, blobs.PathOf(blob.Digest))))
            : throw Malformed($"the layer {descriptor.Digest} is missing or has another size");

    private static DiagnosticException Malformed(string reason) => KanikoDiagnostics.LayoutMalformed.With(reason).ToException();
}
