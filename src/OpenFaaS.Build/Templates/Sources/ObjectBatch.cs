using System.Globalization;
using System.Text;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>Reads the output of <c>git cat-file --batch</c>: <c>id type size LF content LF</c> for each object, one after the other.</summary>
internal sealed class ObjectBatch(Stream output)
{
    private const int LongestHead = 160;

    private readonly BufferedStream buffered = new(output, 64 * 1024);
    private ObjectStream? last;

    /// <summary>The next object, or null if it is missing, no blob, or another one. What is not read of it is passed over by the next call.</summary>
    /// <exception cref="EndOfStreamException">The output ends early.</exception>
    public async Task<Stream?> NextAsync(string id, CancellationToken cancellationToken)
    {
        if (last is not null)
        {
            await last.CopyToAsync(Stream.Null, cancellationToken);
            await ByteAsync(cancellationToken);
        }

        var head = new List<byte>(LongestHead);
        while (await ByteAsync(cancellationToken) is var next && next != '\n')
        {
            if (head.Count == LongestHead)
            {
                throw new EndOfStreamException();
            }

            head.Add(next);
        }

        return Encoding.ASCII.GetString([.. head]).Split(' ') is [var found, "blob", var size]
            && found == id && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? last = new ObjectStream(buffered, length)
            : null;
    }

    private async Task<byte> ByteAsync(CancellationToken cancellationToken)
    {
        var one = new byte[1];
        await buffered.ReadExactlyAsync(one, cancellationToken);
        return one[0];
    }

    private sealed class ObjectStream(Stream source, long length) : ReadOnlyStream
    {
        private long done;

        public override long Length => length;

        public override long Position
        {
            get => done;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = done == length ? 0 : source.Read(buffer[..(int)Math.Min(buffer.Length, length - done)]);
            return Count(read, buffer.Length);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = done == length ? 0 : await source.ReadAsync(buffer[..(int)Math.Min(buffer.Length, length - done)], cancellationToken);
            return Count(read, buffer.Length);
        }

        private int Count(int read, int wanted)
        {
            done += read;
            return read > 0 || done == length || wanted == 0 ? read : throw new EndOfStreamException();
        }
    }
}
