using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Layers;

namespace OpenFaaS.Build.Archives;

/// <summary>Unpacks local archives for ADD: tar, plain or compressed with gzip, bzip2, xz or zstd; recognised by content, as Docker does, never by name.</summary>
internal static class ArchiveUnpacker
{
    /// <summary>The entries of an archive in the order written, owners and modes as in the archive; null where the file is no archive.</summary>
    /// <param name="content">The file.</param>
    /// <param name="name">How messages name it.</param>
    /// <param name="folder">A private folder for the uncompressed archive.</param>
    /// <param name="cancellationToken">Stops the unpacking.</param>
    public static async Task<IReadOnlyList<ContextEntry>?> TryUnpackAsync(IContentSource content, string name, string folder, CancellationToken cancellationToken)
    {
        var copy = Path.Combine(folder, $"archive-{Guid.NewGuid():N}");
        await using var source = content.Open();
        var start = new byte[512];
        var length = await source.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        if (!MayBeArchive(start.AsSpan(0, length)))
        {
            return null;
        }

        await using var file = ScratchFile.Create(copy, FileOptions.DeleteOnClose);
        await file.WriteAsync(start.AsMemory(0, length), cancellationToken);
        await source.CopyToAsync(file, cancellationToken);
        file.Position = 0;
        if (!await BeginsWithTarAsync(file, cancellationToken))
        {
            return null;
        }

        try
        {
            file.Position = 0;
            var tar = await UnpackedTar.ReadAsync(new KeepOpen(file), folder, TarLimits.Archive, cancellationToken);
            return ToEntries(tar);
        }
        catch (TarFormatException e)
        {
            throw ArchiveDiagnostics.MalformedArchive.With(name, e.Message).ToException(e);
        }
    }

    private static bool MayBeArchive(ReadOnlySpan<byte> start) => start switch
    {
        [0x1F, 0x8B, ..] or [0x28, 0xB5, 0x2F, 0xFD, ..] or [(byte)'B', (byte)'Z', (byte)'h', ..] or [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00, ..] => true,
        _ => IsTarHeader(start),
    };

    private static bool IsTarHeader(ReadOnlySpan<byte> block)
    {
        try
        {
            return block.Length == 512 && block.ContainsAnyExcept((byte)0) && TarFields.HasValidChecksum(block);
        }
        catch (TarFormatException)
        {
            return false;
        }
    }

    private static async Task<bool> BeginsWithTarAsync(FileStream file, CancellationToken cancellationToken)
    {
        try
        {
            await using var plain = Decompression.Open(new KeepOpen(file));
            var block = new byte[512];
            var length = await plain.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken);
            return IsTarHeader(block.AsSpan(0, length));
        }
        catch (Exception e) when (e is InvalidDataException or ZstdSharp.ZstdException or SharpCompress.Common.SharpCompressException or EndOfStreamException)
        {
            return false;
        }
    }

    private static List<ContextEntry> ToEntries(UnpackedTar tar)
    {
        var entries = new List<ContextEntry>(tar.Items.Count);
        var files = new Dictionary<string, ContextEntry>(StringComparer.Ordinal);
        var converter = new TarEntries(tar);
        foreach (var item in tar.Items.Where(item => item.Kind != TarItemKind.Other))
        {
            var path = PathNames.Clean(item.Name);
            var entry = converter.Of(item, path, files.GetValueOrDefault);
            files[path] = entry;
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Lets a decompressor close what it reads without closing the file.</summary>
    private sealed class KeepOpen(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => inner.Read(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
