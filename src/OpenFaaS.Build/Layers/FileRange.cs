using OpenFaaS.Build.Context;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Layers;

/// <summary>A part of a file: the content of an archive's entry.</summary>
internal sealed class FileRange(string path, long offset, long size) : IContentSource
{
    public Stream Open()
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.SequentialScan);
        file.Position = offset;
        return new Window(file, size);
    }

    /// <summary>Reads on from where the file stands, at most so many bytes.</summary>
    private sealed class Window(FileStream file, long size) : ReadOnlyStream
    {
        private long left = size;

        public override long Length { get; } = size;

        public override long Position
        {
            get => Length - left;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = file.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
            left -= read;
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await file.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
            left -= read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                file.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
