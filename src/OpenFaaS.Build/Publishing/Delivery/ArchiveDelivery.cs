using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Images;

namespace OpenFaaS.Build.Publishing.Delivery;

/// <summary>Writes an image archive.</summary>
internal sealed class ArchiveDelivery(ImageArchiveWriter archive, string path) : IImageDelivery
{
    public Task<bool> IsInPlaceAsync(string digest, string configDigest, DeliveryReceipt receipt, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        return Task.FromResult(
            receipt.ArchivePath == path && file.Exists && file.Length == receipt.ArchiveSize && file.LastWriteTimeUtc.Ticks == receipt.ArchiveTime);
    }

    public Task<DeliveryReceipt> ConfirmAsync(ImageSummary image, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("No builder writes archives.");

    public async Task<DeliveryReceipt> DeliverAsync(BuiltImage image, CancellationToken cancellationToken)
    {
        await archive.WriteFileAsync(image, path, cancellationToken);
        var file = new FileInfo(path);
        return new DeliveryReceipt { Kind = DeliveryKind.Archive, ArchivePath = path, ArchiveSize = file.Length, ArchiveTime = file.LastWriteTimeUtc.Ticks };
    }
}
