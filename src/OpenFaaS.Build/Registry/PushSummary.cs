namespace OpenFaaS.Build.Registry;

/// <summary>What a push did.</summary>
/// <param name="BytesSent">Bytes of blobs and manifests that were sent.</param>
/// <param name="BlobsSent">Blobs that were sent.</param>
/// <param name="BlobsMounted">Blobs taken over from another repository of the registry.</param>
/// <param name="BlobsPresent">Blobs that were there.</param>
/// <param name="ManifestsSent">Manifests and indexes that were sent, each tag counted.</param>
public sealed record PushSummary(long BytesSent, int BlobsSent, int BlobsMounted, int BlobsPresent, int ManifestsSent)
{
    /// <summary>Whether everything was there already.</summary>
    public bool NothingSent => BytesSent == 0 && BlobsMounted == 0;

    /// <summary>Both together.</summary>
    public static PushSummary operator +(PushSummary one, PushSummary other) => new(
        one.BytesSent + other.BytesSent, one.BlobsSent + other.BlobsSent, one.BlobsMounted + other.BlobsMounted,
        one.BlobsPresent + other.BlobsPresent, one.ManifestsSent + other.ManifestsSent);
}
