using System.Buffers;
using System.Security.Cryptography;

namespace OpenFaaS.Build.Context;

/// <summary>SHA-256 of every file of a set: 32 bytes a file, and no content is held. A file is read when its hash is first asked for, and once. Safe for concurrent use.</summary>
public sealed class ContentHashes
{
    private const int Length = SHA256.HashSizeInBytes;
    private const int BufferSize = 128 * 1024;
    private const int Many = 500;
    private const long Large = 4 << 20;
    private readonly FileSet files;
    private readonly byte[] hashes;
    private readonly bool[] known;
    private readonly IReadOnlyList<Lock> gates = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int unknown;

    internal ContentHashes(FileSet files)
    {
        this.files = files;
        hashes = new byte[files.Count * Length];
        known = new bool[files.Count];
        unknown = Enumerable.Range(0, files.Count).Count(index => IsFile(files[index]) && SourceOf(index) == index);
        if (unknown == 0)
        {
            complete.SetResult();
        }
    }

    /// <summary>Ends when every file has been read; never, where a file is not asked for or cannot be read.</summary>
    internal Task Complete => complete.Task;

    /// <summary>The hash of an entry of the set, by its path; empty for what is no file.</summary>
    /// <exception cref="ArgumentException">The set has no such entry.</exception>
    /// <exception cref="Diagnostics.DiagnosticException">The file cannot be read, or has changed since it was found.</exception>
    public ReadOnlySpan<byte> Of(ContextEntry entry) => Of(entry, CancellationToken.None);

    /// <summary>The same, where reading can be cancelled.</summary>
    public ReadOnlySpan<byte> Of(ContextEntry entry, CancellationToken cancellationToken)
    {
        var index = files.IndexOf(entry.Path);
        return index >= 0 ? Read(index, cancellationToken) : throw new ArgumentException($"'{entry.Path}' is not in the set.", nameof(entry));
    }

    /// <summary>The hash of an entry by its position in the set; empty for what is no file.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The file cannot be read, or has changed since it was found.</exception>
    public ReadOnlySpan<byte> Of(int index) => Read(index, CancellationToken.None);

    /// <summary>Reads every file whose hash is not known yet, several at a time.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">A file cannot be read, or has changed.</exception>
    internal async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };

        // Synchronous, since each has a thread of its own: asynchronous reads of files on disk only change threads at every buffer.
        await Parallel.ForAsync(0, files.Count, options, (index, token) =>
        {
            Read(index, token);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>
    /// Begins to read files from the last to the first, on a thread of its own, while somebody else asks for them from the first to the last. Few and small files
    /// are left to him: a thread takes longer to start. A file that cannot be read is told to whoever asks for it.
    /// </summary>
    /// <returns>Ends with the reading, and soon after it is cancelled.</returns>
    internal Task ReadFromTheEnd(CancellationToken cancellationToken) =>
        files.Count < Many && files.Sum(file => file.Size) < Large
            ? Task.CompletedTask
            : Task.Factory.StartNew(
                () =>
                {
                    for (var index = files.Count - 1; index >= 0; index--)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        Read(index, cancellationToken);
                    }
                },
                cancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);

    private ReadOnlySpan<byte> Read(int index, CancellationToken cancellationToken)
    {
        if (!IsFile(files[index]))
        {
            return [];
        }

        var source = SourceOf(index);
        var hash = hashes.AsSpan(source * Length, Length);
        if (!Volatile.Read(ref known[source]))
        {
            lock (gates[source % gates.Count])
            {
                if (!known[source])
                {
                    Hash(files[source].Content!, hash, cancellationToken);
                    Volatile.Write(ref known[source], true);
                    if (Interlocked.Decrement(ref unknown) == 0)
                    {
                        complete.SetResult();
                    }
                }
            }
        }

        return hash;
    }

    private static bool IsFile(ContextEntry entry) => entry is { Kind: EntryKind.File, Content: not null };

    // A file of several names is read by its first.
    private int SourceOf(int index) =>
        files[index].HardLink is { } first && files.IndexOf(first) is var source and >= 0 ? source : index;

    private static void Hash(IContentSource content, Span<byte> result, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var stream = content.Open();
            var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (read < buffer.Length)
            {
                // Most files are small: one call hashes them, and needs no state.
                SHA256.HashData(buffer.AsSpan(0, read), result);
                return;
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (; read > 0; read = stream.Read(buffer))
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }

            hash.GetHashAndReset(result);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
