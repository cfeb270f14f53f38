using Microsoft.Win32.SafeHandles;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>A blob of a store.</summary>
/// <param name="Digest">Its digest, which is its name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Changed">When it was put there.</param>
internal sealed record StoredBlob(Digest Digest, long Size, DateTimeOffset Changed);

/// <summary>The files below <c>blobs/sha256</c> of a layout. Only digests become names, and links are not followed.</summary>
/// <param name="root">Full path of the layout.</param>
internal sealed class BlobFiles(string root)
{
    private readonly string algorithm = Path.Combine(root, "blobs");
    private readonly string folder = Path.Combine(root, "blobs", "sha256");

    /// <summary>Where a blob is, or would be.</summary>
    public string PathOf(Digest digest) => Path.Combine(folder, digest.Hex);

    /// <summary>A new name beside the blobs for one that is not finished.</summary>
    public string NewPath() => Path.Combine(folder, $".ingest.{Guid.NewGuid():N}.tmp");

    /// <summary>The blob, or null where there is none.</summary>
    /// <exception cref="Grpc.Core.RpcException">Links lead out of the layout.</exception>
    public StoredBlob? Find(Digest digest)
    {
        var path = PathOf(digest);
        return Exists() && FileStatus.Of(path) is { Type: FileType.File } status ? new StoredBlob(digest, status.Size, File.GetLastWriteTimeUtc(path)) : null;
    }

    /// <summary>All blobs.</summary>
    public IEnumerable<StoredBlob> All()
    {
        if (!Exists())
        {
            yield break;
        }

        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (Digest.TryParse("sha256:" + Path.GetFileName(path), out var digest) && Find(digest) is { } blob)
            {
                yield return blob;
            }
        }
    }

    /// <summary>Opens a blob for reading at any place; null where there is none.</summary>
    public SafeFileHandle? Open(Digest digest)
    {
        var path = PathOf(digest);
        if (!Exists() || FileStatus.Of(path) is not { Type: FileType.File } status)
        {
            return null;
        }

        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        if (FileStatus.Of(handle, path).Identity == status.Identity)
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    /// <summary>Makes the folder, and removes what processes that were killed have left unfinished in it more than a day ago.</summary>
    public void Prepare(DateTimeOffset now)
    {
        try
        {
            if (!Exists())
            {
                Directory.CreateDirectory(folder);
            }

            foreach (var path in Directory.EnumerateFiles(folder, ".*.tmp"))
            {
                if (AtomicFile.IsUnfinished(Path.GetFileName(path)) && now - File.GetLastWriteTimeUtc(path) > TimeSpan.FromDays(1))
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(folder, e);
        }
    }

    private bool Exists()
    {
        foreach (var path in new[] { algorithm, folder })
        {
            switch (FileStatus.Of(path)?.Type)
            {
                case null:
                    return false;
                case FileType.Directory:
                    break;
                default:
                    throw ContentFailure.Precondition("the store's folder of blobs is a link or a file");
            }
        }

        return true;
    }
}
