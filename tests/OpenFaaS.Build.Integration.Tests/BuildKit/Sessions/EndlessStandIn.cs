using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Sessions;

/// <summary>A large file that is on no disk; its beginning differs every time, so that no daemon has seen it.</summary>
internal sealed class EndlessStandIn(long length) : IContentSource
{
    private readonly byte[] start = Guid.NewGuid().ToByteArray();

    public Stream Open() => new Content(start, length);

    private sealed class Content(byte[] start, long length) : Stream
    {
        private long position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, length - position);
            for (var filled = 0; filled < count; filled += start.Length)
            {
                start.AsSpan(0, Math.Min(start.Length, count - filled)).CopyTo(buffer[filled..]);
            }

            position += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
