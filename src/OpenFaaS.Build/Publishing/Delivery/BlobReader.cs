using OpenFaaS.Build.Images;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Publishing.Delivery;

/// <summary>Opens the blobs of an image for an archive, wherever they are; those of a registry are downloaded first.</summary>
internal sealed class BlobReader(BlobDownloads downloads)
{
    public async Task<Stream> OpenAsync(ImageLayer layer, CancellationToken cancellationToken) => layer.Content switch
    {
        LocalBlob local => local.Source.Open(),
        RemoteBlob remote => File.OpenRead(await downloads.GetAsync(remote.Registry, remote.Repository, layer.Descriptor, cancellationToken)),
        _ => throw new InvalidOperationException($"Unknown content {layer.Content.GetType().Name}."),
    };
}
