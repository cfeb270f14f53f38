using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>
/// A folder of blobs in the form of an OCI image layout, as a content store of containerd: a local cache, or a layout that a build reads from.
/// What fails is an <see cref="Grpc.Core.RpcException"/> with the code that containerd gives. Safe for concurrent use.
/// </summary>
internal sealed class ContentFolder : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ContentIngest> ingests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Digest, IReadOnlyDictionary<string, string>> labels = new();
    private readonly BlobFiles blobs;
    private readonly TimeProvider time;
    private readonly bool isWritable;

    private ContentFolder(string folder, bool isWritable, TimeProvider time)
    {
        Folder = Path.GetFullPath(folder);
        blobs = new BlobFiles(Folder);
        this.isWritable = isWritable;
        this.time = time;
    }

    /// <summary>Full path of the layout.</summary>
    public string Folder { get; }

    /// <summary>A store that the daemon only reads from.</summary>
    public static ContentFolder ForReading(string folder) => new(folder, isWritable: false, TimeProvider.System);

    /// <summary>A store that the daemon reads from and writes to; the folder is made with its first blob.</summary>
    public static ContentFolder ForWriting(string folder, TimeProvider? time = null) => new(folder, isWritable: true, time ?? TimeProvider.System);

    /// <summary>The blob with that digest.</summary>
    public StoredBlob Info(Digest digest) => Find(digest) ?? throw ContentFailure.NotFound($"content {digest}");

    /// <summary>The blob with that digest, or null.</summary>
    public StoredBlob? Find(Digest digest) => blobs.Find(digest);

    /// <summary>All blobs.</summary>
    public IEnumerable<StoredBlob> List() => blobs.All();

    /// <summary>What the daemon has written on a blob; kept for this build only.</summary>
    public IReadOnlyDictionary<string, string> LabelsOf(Digest digest) => labels.GetValueOrDefault(digest) ?? new Dictionary<string, string>();

    /// <summary>Keeps labels for a blob; they say nothing about its bytes, so a store that is only read takes them too.</summary>
    public void Label(Digest digest, IReadOnlyDictionary<string, string> values)
    {
        if (values.Count > ContentLimits.Labels || values.Any(label => label.Key.Length + label.Value.Length > ContentLimits.Label)
            || (labels.Count >= ContentLimits.Labelled && !labels.ContainsKey(digest)))
        {
            throw ContentFailure.Invalid("there are too many or too long labels");
        }

        labels[digest] = values;
    }

    /// <summary>A part of a blob, in chunks whose memory is valid until the next one.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="offset">Where to begin; 0 for less than that.</param>
    /// <param name="size">Most bytes; to the end for 0 and less.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<(long Offset, ReadOnlyMemory<byte> Data)> ReadAsync(
        Digest digest, long offset, long size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var file = blobs.Open(digest) ?? throw ContentFailure.NotFound($"content {digest}");
        var length = RandomAccess.GetLength(file);
        offset = Math.Max(0, offset);
        if (offset > length)
        {
            throw ContentFailure.OutOfRange($"read past object length {length} bytes");
        }

        var end = size <= 0 || size > length - offset ? length : offset + size;
        var buffer = ArrayPool<byte>.Shared.Rent(ContentLimits.Chunk);
        try
        {
            while (offset < end)
            {
                var wanted = (int)Math.Min(ContentLimits.Chunk, end - offset);
                var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, wanted), offset, cancellationToken);
                if (read == 0)
                {
                    throw ContentFailure.Precondition($"content {digest} became shorter while it was read");
                }

                yield return (offset, buffer.AsMemory(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Begins a blob, or goes on with one; nobody else can until it is released.</summary>
    /// <param name="reference">The daemon's name for it.</param>
    public ContentIngest Acquire(string reference)
    {
        EnsureWritable();
        if (reference.Length is 0 or > ContentLimits.Reference)
        {
            throw ContentFailure.Invalid("a blob is written under a name of 1 to 1024 characters");
        }

        lock (gate)
        {
            if (!ingests.TryGetValue(reference, out var ingest))
            {
                if (ingests.Count >= ContentLimits.Ingests)
                {
                    throw ContentFailure.Exhausted($"more than {ContentLimits.Ingests} blobs are being written");
                }

                blobs.Prepare(time.GetUtcNow());
                ingests[reference] = ingest = new ContentIngest(reference, blobs.NewPath(), time);
            }

            if (ingest.IsBusy)
            {
                throw ContentFailure.Unavailable($"ref {reference} locked");
            }

            ingest.IsBusy = true;
            return ingest;
        }
    }

    /// <summary>Gives an ingest back; it can be gone on with.</summary>
    public void Release(ContentIngest ingest)
    {
        lock (gate)
        {
            ingest.IsBusy = false;
        }
    }

    /// <summary>Puts a blob that is complete in its place.</summary>
    public async Task CommitAsync(ContentIngest ingest, CancellationToken cancellationToken)
    {
        if (Find(ingest.Digest) is { } there)
        {
            await DiscardAsync(ingest);
            throw ContentFailure.Exists($"content {there.Digest}");
        }

        try
        {
            await ingest.CommitAsync(blobs.PathOf, cancellationToken);
            await DiscardAsync(ingest);
        }
        catch (DiagnosticException)
        {
            // Its file is closed, so nobody can go on with it.
            await DiscardAsync(ingest);
            throw;
        }
    }

    /// <summary>The blob that is being written under a name.</summary>
    public ContentIngest Status(string reference)
    {
        lock (gate)
        {
            return ingests.GetValueOrDefault(reference) ?? throw ContentFailure.NotFound("ingest ref");
        }
    }

    /// <summary>All blobs that are being written.</summary>
    public IReadOnlyList<ContentIngest> Statuses()
    {
        lock (gate)
        {
            return [.. ingests.Values];
        }
    }

    /// <summary>Gives up a blob that is being written.</summary>
    public ValueTask AbortAsync(string reference)
    {
        EnsureWritable();
        var ingest = Status(reference);
        return ingest.IsBusy ? throw ContentFailure.Unavailable($"ref {reference} locked") : DiscardAsync(ingest);
    }

    /// <summary>Forgets a blob that is being written, with what there is of it.</summary>
    public ValueTask DiscardAsync(ContentIngest ingest)
    {
        lock (gate)
        {
            ingests.Remove(ingest.Reference);
        }

        return ingest.DisposeAsync();
    }

    /// <summary>Removes a blob.</summary>
    public void Delete(Digest digest)
    {
        EnsureWritable();
        File.Delete(blobs.PathOf(Info(digest).Digest));
        labels.TryRemove(digest, out _);
    }

    /// <summary>Gives up every blob that is not complete.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var ingest in Statuses())
        {
            await DiscardAsync(ingest);
        }
    }

    private void EnsureWritable()
    {
        if (!isWritable)
        {
            throw ContentFailure.ReadOnly();
        }
    }
}
