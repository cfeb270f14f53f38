using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Authentication;

namespace OpenFaaS.Build.Registry;

/// <summary>A repository of a registry. Every method repeats what may pass, and throws <see cref="DiagnosticException"/> for what does not.</summary>
public sealed class RegistryRepository
{
    private readonly ManifestExchange manifests;
    private readonly BlobDownload downloads;
    private readonly BlobUpload uploads;

    internal RegistryRepository(RegistryHost host, string repository, RegistryAccess access)
    {
        Registry = host.Registry;
        Repository = repository;
        Access = access;
        var push = new RequestScope(repository, RegistryAccess.Push, [$"repository:{repository}:pull,push"]);
        var scope = access == RegistryAccess.Push ? push : new RequestScope(repository, RegistryAccess.Pull, [$"repository:{repository}:pull"]);
        manifests = new ManifestExchange(host, repository, scope, push);
        downloads = new BlobDownload(host, repository, scope);
        uploads = new BlobUpload(host, repository, push);
    }

    /// <summary>Host with optional port.</summary>
    public string Registry { get; }

    /// <summary>Path.</summary>
    public string Repository { get; }

    /// <summary>What reading asks for.</summary>
    public RegistryAccess Access { get; }

    /// <summary>What a tag or digest names; null if there is none.</summary>
    public Task<ManifestHead?> HeadManifestAsync(string tagOrDigest, CancellationToken cancellationToken) =>
        manifests.HeadAsync(tagOrDigest, cancellationToken);

    /// <summary>The manifest or index that a tag or digest names, verified; null if there is none.</summary>
    public Task<RegistryDocument?> GetManifestAsync(string tagOrDigest, CancellationToken cancellationToken) =>
        manifests.GetAsync(tagOrDigest, cancellationToken);

    /// <summary>Stores a manifest or index under a tag or its digest.</summary>
    /// <returns>Its digest, which the registry's answer did not contradict.</returns>
    public Task<Digest> PutManifestAsync(string tagOrDigest, ReadOnlyMemory<byte> bytes, string mediaType, CancellationToken cancellationToken) =>
        manifests.PutAsync(tagOrDigest, bytes, mediaType, cancellationToken);

    /// <summary>Whether the repository holds a blob.</summary>
    public Task<bool> HasBlobAsync(Digest digest, CancellationToken cancellationToken) => downloads.ExistsAsync(digest, cancellationToken);

    /// <summary>Writes a blob to <paramref name="destination"/>. Size and digest are verified on the way; when it returns, all of it is there and right.</summary>
    public Task CopyBlobAsync(Descriptor blob, Stream destination, CancellationToken cancellationToken) =>
        downloads.CopyAsync(blob, destination, cancellationToken);

    /// <summary>Takes a blob over from another repository of the same registry, without sending it.</summary>
    /// <returns>False if the registry would not; the blob is to be uploaded then.</returns>
    public Task<bool> TryMountAsync(Descriptor blob, string fromRepository, CancellationToken cancellationToken) =>
        uploads.TryMountAsync(blob, fromRepository, cancellationToken);

    /// <summary>Sends a blob.</summary>
    /// <param name="blob">What it is.</param>
    /// <param name="open">Opens the content from its start; called again for each attempt.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task UploadBlobAsync(Descriptor blob, Func<Stream> open, CancellationToken cancellationToken) =>
        uploads.UploadAsync(blob, (destination, token) => BlobUpload.CopyAsync(blob, open, destination, token), cancellationToken);

    /// <summary>Sends a blob that another repository holds, on any registry, without storing it here.</summary>
    public Task UploadBlobAsync(Descriptor blob, RegistryRepository source, CancellationToken cancellationToken) =>
        uploads.UploadAsync(blob, (destination, token) => source.CopyBlobAsync(blob, destination, token), cancellationToken);
}
