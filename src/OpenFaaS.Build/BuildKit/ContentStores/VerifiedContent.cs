using System.Security.Cryptography;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>A blob of an archive, compared with its digest while it is read: bytes that are not what they should be end in an error before the last of them is given.</summary>
/// <param name="inner">The bytes.</param>
/// <param name="digest">Their digest.</param>
/// <param name="archive">The archive, for messages.</param>
internal sealed class VerifiedContent(IContentSource inner, Digest digest, string archive) : IContentSource
{
    public Stream Open() => new Verifying(inner.Open(), digest, archive);

    private sealed class Verifying(Stream inner, Digest digest, string archive) : ReadOnlyStream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer) => Checked(buffer[..inner.Read(buffer)]);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            return Checked(buffer.Span[..read]);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                hash.Dispose();
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        // At the last bytes already: who knows the length need not read on to the end.
        private int Checked(ReadOnlySpan<byte> read)
        {
            hash.AppendData(read);
            if (read.Length > 0 && inner.Position == inner.Length && Digest.FromHash(hash.GetCurrentHash()) != digest)
            {
                throw BuildKitCacheDiagnostics.MalformedImageArchive.With(archive, $"the bytes of {digest} have another digest").ToException();
            }

            return read.Length;
        }
    }
}
