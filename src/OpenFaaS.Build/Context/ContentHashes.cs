using System.Buffers;
using System.Security.Cryptography;

namespace OpenFaaS.Build.Context;

/// <summary>SHA-256 of every file of a set: 32 bytes a file, and no content is held.</summary>
public sealed class ContentHashes
{
    private const int Length = SHA256.HashSizeInBytes;
    private const int BufferSize = 128 * 1024;
    private readonly FileSet files;
    private readonly byte[] hashes;

    private ContentHashes(FileSet files, byte[] hashes)
    {
        this.files = files;
        this.hashes = hashes;
    }

    /// <summary>The hash of an entry of the set, by its path; empty for what is no file.</summary>
    /// <exception cref="ArgumentException">The set has no such entry.</exception>
    public ReadOnlySpan<byte> Of(ContextEntry entry)
    {
        var index = files.IndexOf(entry.Path);
        return index >= 0 ? Of(index) : throw new ArgumentException($"'{entry.Path}' is not in the set.", nameof(entry));
    }

    /// <summary>The hash of an entry by its position in the set; empty for what is no file.</summary>
    public ReadOnlySpan<byte> Of(int index) => IsFile(files[index]) ? hashes.AsSpan(index * Length, Length) : [];

    /// <summary>Reads every file once, several at a time.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">A file cannot be read, or has changed.</exception>
    internal static async Task<ContentHashes> ComputeAsync(FileSet files, CancellationToken cancellationToken)
    {
        var hashes = new byte[files.Count * Length];
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };

        // Synchronous, since each has a thread of its own: asynchronous reads of files on disk only change threads at every buffer.
        await Parallel.ForAsync(0, files.Count, options, (index, token) =>
        {
            if (IsFile(files[index]) && SourceOf(files, index) == index)
            {
                Hash(files[index].Content!, hashes.AsSpan(index * Length, Length), token);
            }

            return ValueTask.CompletedTask;
        });

        for (var index = 0; index < files.Count; index++)
        {
            if (SourceOf(files, index) is var source && source != index)
            {
                hashes.AsSpan(source * Length, Length).CopyTo(hashes.AsSpan(index * Length));
            }
        }

        return new ContentHashes(files, hashes);
    }

    private static bool IsFile(ContextEntry entry) => entry is { Kind: EntryKind.File, Content: not null };

    // A file of several names is read by its first.
    private static int SourceOf(FileSet files, int index) =>
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
