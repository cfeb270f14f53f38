using System.Collections.Concurrent;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Registry;

/// <summary>Blobs of registries as files in a folder: each is downloaded at most once, verified, and only when somebody needs it.</summary>
/// <param name="registries">Where blobs come from.</param>
/// <param name="folder">A private folder; its owner removes it.</param>
public sealed class BlobDownloads(RegistryConnections registries, string folder)
{
    private readonly ConcurrentDictionary<Digest, Lazy<Task<string>>> files = new();

    /// <summary>The path of a file with the blob's bytes.</summary>
    public Task<string> GetAsync(string registry, string repository, Descriptor blob, CancellationToken cancellationToken) =>
        files.AddOrUpdate(
            blob.Digest,
            _ => Start(registry, repository, blob, cancellationToken),

            // A failure is not kept: another repository may give what this one refuses.
            (_, known) => known.IsValueCreated && (known.Value.IsFaulted || known.Value.IsCanceled) ? Start(registry, repository, blob, cancellationToken) : known).Value;

    private Lazy<Task<string>> Start(string registry, string repository, Descriptor blob, CancellationToken cancellationToken) =>
        new(() => DownloadAsync(registry, repository, blob, cancellationToken));

    private async Task<string> DownloadAsync(string registry, string repository, Descriptor blob, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, $"blob-{blob.Digest.Hex}-{Guid.NewGuid():N}");
        await using var file = ScratchFile.Create(path, FileOptions.Asynchronous);
        await registries.Repository(registry, repository).CopyBlobAsync(blob, file, cancellationToken);
        return path;
    }
}
