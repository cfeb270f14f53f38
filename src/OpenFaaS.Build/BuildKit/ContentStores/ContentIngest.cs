using System.Security.Cryptography;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>A blob that is being written. It keeps what it has between two streams of the daemon's, and takes its place only when it is verified.</summary>
internal sealed class ContentIngest : IAsyncDisposable
{
    private readonly ScratchFile file;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly TimeProvider time;
    private bool isMoved;

    public ContentIngest(string reference, string path, TimeProvider time)
    {
        Reference = reference;
        this.time = time;
        file = ScratchFile.Create(path, FileOptions.Asynchronous);
        Started = Updated = time.GetUtcNow();
    }

    /// <summary>The daemon's name for it.</summary>
    public string Reference { get; }

    /// <summary>Bytes that it will have; 0 where they are not known yet.</summary>
    public long Total { get; set; }

    /// <summary>Digest that it will have, if that is known yet.</summary>
    public Digest? Expected { get; set; }

    /// <summary>Whether a stream of the daemon's writes it.</summary>
    public bool IsBusy { get; set; }

    public DateTimeOffset Started { get; }

    public DateTimeOffset Updated { get; private set; }

    /// <summary>Bytes written so far.</summary>
    public long Offset { get; private set; }

    /// <summary>Digest of the bytes written so far.</summary>
    public Digest Digest => Digest.FromHash(hash.GetCurrentHash());

    /// <summary>Adds bytes at the end.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">They cannot be written.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (Offset + data.Length > ContentLimits.Blob)
        {
            throw ContentFailure.Exhausted($"a blob has more than {ContentLimits.Blob} bytes");
        }

        await file.WriteAsync(data, cancellationToken);
        hash.AppendData(data.Span);
        Offset += data.Length;
        Updated = time.GetUtcNow();
    }

    /// <summary>Begins again.</summary>
    public void Restart()
    {
        file.SetLength(0);
        file.Position = 0;
        hash.GetHashAndReset();
        Offset = 0;
    }

    /// <summary>Verifies size and digest, and moves the file to its place.</summary>
    /// <param name="place">Path for a digest.</param>
    /// <param name="cancellationToken">Cancels; the ingest stays as it is then.</param>
    /// <exception cref="Grpc.Core.RpcException">Size or digest are not the announced ones.</exception>
    public async Task CommitAsync(Func<Digest, string> place, CancellationToken cancellationToken)
    {
        if (Total > 0 && Total != Offset)
        {
            throw ContentFailure.Precondition($"unexpected size {Offset} of {Reference}, announced were {Total}");
        }

        var digest = Digest;
        if (Expected is { } expected && expected != digest)
        {
            throw ContentFailure.Precondition($"unexpected digest {digest} of {Reference}, announced was {expected}");
        }

        var path = place(digest);
        try
        {
            await file.FlushAsync(cancellationToken);
            file.Flush(flushToDisk: true);
            await file.DisposeAsync();
            File.Move(file.Name, path, overwrite: true);
            isMoved = true;
            DirectorySync.Flush(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(path, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        hash.Dispose();
        try
        {
            await (isMoved ? file.DisposeAsync() : UnfinishedFile.DiscardAsync(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Diagnostics.DiagnosticException)
        {
            // A name of an unfinished file is left, which a later build removes.
        }
    }
}
