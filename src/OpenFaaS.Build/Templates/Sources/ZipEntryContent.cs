using System.IO.Compression;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>The unpacked bytes of an entry: exactly as many as it declares, or an error.</summary>
internal sealed class ZipEntryContent : ReadOnlyStream
{
    private readonly ZipEntry entry;
    private readonly Stream inner;
    private readonly byte[] head = new byte[2];
    private int headSize;
    private int headRead;
    private long seen;

    public ZipEntryContent(ZipBytes file, ZipEntry entry)
    {
        this.entry = entry;
        var packed = new Part(file, entry.Offset, entry.PackedSize);
        inner = entry.IsDeflated ? new DeflateStream(packed, CompressionMode.Decompress) : packed;
    }

    public override long Length => entry.Size;

    public override long Position
    {
        get => seen - headSize + headRead;
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the content begins with <c>#!</c>; asked before the content is read.</summary>
    public async Task<bool> IsScriptAsync(CancellationToken cancellationToken)
    {
        while (headSize < head.Length && await ReadInnerAsync(head.AsMemory(headSize), cancellationToken) is > 0 and var read)
        {
            headSize += read;
        }

        return headSize == 2 && head.AsSpan().SequenceEqual("#!"u8);
    }

    public override int Read(Span<byte> buffer)
    {
        if (headRead < headSize)
        {
            return ReadHead(buffer);
        }

        try
        {
            return Count(buffer.Length, inner.Read(buffer));
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        headRead < headSize ? ReadHead(buffer.Span) : await ReadInnerAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return Count(buffer.Length, await inner.ReadAsync(buffer, cancellationToken));
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    private int ReadHead(Span<byte> buffer)
    {
        var size = Math.Min(buffer.Length, headSize - headRead);
        head.AsSpan(headRead, size).CopyTo(buffer);
        headRead += size;
        return size;
    }

    private int Count(int wanted, int read)
    {
        seen += read;
        return seen > entry.Size || (read == 0 && wanted > 0 && seen < entry.Size)
            ? throw new ZipFormatException($"'{SafeText.Neutralize(entry.Name)}' does not unpack to the {entry.Size} bytes that it declares") { IsUnsafe = true }
            : read;
    }

    private ZipFormatException Damaged(Exception inner) => new($"the content of '{SafeText.Neutralize(entry.Name)}' is damaged", inner);

    /// <summary>The packed bytes of an entry.</summary>
    private sealed class Part(ZipBytes file, long offset, long size) : ReadOnlyStream
    {
        private long done;

        public override long Length => size;

        public override long Position
        {
            get => done;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = file.ReadSome(buffer[..(int)Math.Min(buffer.Length, size - done)], offset + done);
            done += read;
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await file.ReadAsync(buffer[..(int)Math.Min(buffer.Length, size - done)], offset + done, cancellationToken);
            done += read;
            return read;
        }
    }
}
