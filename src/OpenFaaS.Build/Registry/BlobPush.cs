using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Registry;

/// <summary>Brings blobs into one repository, a few at a time: what is there stays, what its registry holds is mounted, the rest is sent.</summary>
/// <param name="connections">The registries.</param>
/// <param name="target">The repository.</param>
/// <param name="complete">Repositories that already hold all of these blobs.</param>
/// <param name="log">Where progress is told.</param>
internal sealed class BlobPush(RegistryConnections connections, RegistryRepository target, IReadOnlyList<RegistryRepository> complete, IBuildLog log)
{
    private long bytes;
    private int sent;
    private int mounted;
    private int present;

    /// <summary>Brings all blobs in.</summary>
    public async Task<PushSummary> RunAsync(IReadOnlyList<(Descriptor Descriptor, BlobContent Content)> blobs, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = RegistryVariables.ParallelTransfers(connections.Options), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(blobs, parallel, async (blob, token) => await PushAsync(blob.Descriptor, blob.Content, token));
        return new PushSummary(bytes, sent, mounted, present, 0);
    }

    private async Task PushAsync(Descriptor blob, BlobContent content, CancellationToken cancellationToken)
    {
        if (await target.HasBlobAsync(blob.Digest, cancellationToken))
        {
            Interlocked.Increment(ref present);
            log.Message(MessageImportance.Low, $"{target.Registry}/{target.Repository} holds {blob.Digest}.");
            return;
        }

        foreach (var repository in Neighbours(content))
        {
            if (await target.TryMountAsync(blob, repository, cancellationToken))
            {
                Interlocked.Increment(ref mounted);
                log.Message(MessageImportance.Normal, $"Mounted {blob.Digest} from {repository}.");
                return;
            }
        }

        await (content switch
        {
            LocalBlob local => target.UploadBlobAsync(blob, local.Source.Open, cancellationToken),
            RemoteBlob remote => target.UploadBlobAsync(blob, connections.Repository(remote.Registry, remote.Repository), cancellationToken),
            _ => throw new NotSupportedException(content.GetType().Name),
        });
        Interlocked.Increment(ref sent);
        Interlocked.Add(ref bytes, blob.Size);
        log.Message(MessageImportance.Normal, $"Pushed {blob.Digest} ({blob.Size} bytes).");
    }

    private IEnumerable<string> Neighbours(BlobContent content) =>
        complete.Where(repository => repository.Registry == target.Registry).Select(repository => repository.Repository)
            .Concat(content is RemoteBlob remote && remote.Registry == target.Registry ? [remote.Repository] : [])
            .Where(repository => repository != target.Repository)
            .Distinct(StringComparer.Ordinal)
            .Take(2);
}
