using Microsoft.Win32.SafeHandles;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>The bytes of an open ZIP file; the caller keeps it open.</summary>
internal sealed class ZipBytes(SafeFileHandle file)
{
    public long Length { get; } = RandomAccess.GetLength(file);

    /// <summary>Reads a part whole.</summary>
    /// <exception cref="ZipFormatException">The file ends before it.</exception>
    public byte[] Read(long offset, int size)
    {
        if (offset < 0 || offset > Length - size)
        {
            throw new ZipFormatException("it ends before an entry that its list names");
        }

        var bytes = new byte[size];
        for (var done = 0; done < size;)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(done), offset + done);
            done += read > 0 ? read : throw new ZipFormatException("it became shorter while it was read");
        }

        return bytes;
    }

    /// <summary>Reads some bytes of a part; 0 at its end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(file, buffer, offset, cancellationToken);

    /// <inheritdoc cref="ReadAsync"/>
    public int ReadSome(Span<byte> buffer, long offset) => RandomAccess.Read(file, buffer, offset);
}
