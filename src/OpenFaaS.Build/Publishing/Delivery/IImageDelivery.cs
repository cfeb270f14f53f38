using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Images;

namespace OpenFaaS.Build.Publishing.Delivery;

/// <summary>Brings a finished image to its destination.</summary>
internal interface IImageDelivery
{
    /// <summary>Whether the image of an earlier publish is still where it was put. A destination that cannot be asked is an error, not a no.</summary>
    /// <param name="digest">Digest of the manifest or index.</param>
    /// <param name="configDigest">Digest of the configuration, or empty with several platforms.</param>
    /// <param name="receipt">What the earlier delivery said.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    Task<bool> IsInPlaceAsync(string digest, string configDigest, DeliveryReceipt receipt, CancellationToken cancellationToken);

    /// <summary>The local engine that the image goes to; null where it goes elsewhere.</summary>
    ILocalEngine? Engine => null;

    /// <summary>Makes sure that an image which its builder has put in place is there, under every name.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It is not, or cannot be asked for.</exception>
    Task<DeliveryReceipt> ConfirmAsync(ImageSummary image, CancellationToken cancellationToken);

    /// <summary>Puts the image in place; names come last, so that none ever points to an incomplete image.</summary>
    Task<DeliveryReceipt> DeliverAsync(BuiltImage image, CancellationToken cancellationToken);
}
