using System.IO.Compression;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Kubernetes.Commands;
using OpenFaaS.Build.Layers;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>
/// Sends the build context to the executor's standard input, as the gzip-compressed tar that it wants, made while it is sent. Clusters before 1.30 cannot
/// close that input, and the executor reads on after the tar's end until it has filled its buffers: a megabyte of zeros behind the tar satisfies it.
/// </summary>
internal sealed class ContextStream(ImageBuild build, RemoteCommand command)
{
    private const int Padding = 1 << 20;
    private const int Piece = 32 * 1024;

    private readonly RemoteCommand command = command;
    private bool isBroken;

    /// <summary>Bytes that have gone to the cluster.</summary>
    public long Sent { get; private set; }

    /// <summary>Sends all of it, and says that this was all.</summary>
    /// <exception cref="DiagnosticException">A file of the context cannot be read.</exception>
    /// <exception cref="IOException">The connection ended before.</exception>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        // The ends of both streams are written when they are disposed, which knows no cancellation of its own.
        await using (var pieces = new BufferedStream(new Counting(this, cancellationToken), Piece))
        {
            await using var packed = new GZipStream(pieces, CompressionLevel.Fastest, leaveOpen: true);
            try
            {
                await WriteAsync(packed, cancellationToken);
            }
            catch
            {
                // Without its end the stream is no whole one, and nothing is built of a part of the context.
                isBroken = true;
                throw;
            }
        }

        await command.CloseInputAsync(cancellationToken);
    }

    private async Task WriteAsync(Stream packed, CancellationToken cancellationToken)
    {
        var tar = new TarWriter(packed, build.Function.Image.Epoch);
        foreach (var entry in build.Context)
        {
            await tar.WriteAsync(entry, cancellationToken);
        }

        await tar.FinishAsync(cancellationToken);
        await packed.WriteAsync(new byte[Padding], cancellationToken);
    }

    private sealed class Counting(ContextStream owner, CancellationToken sending) : WriteOnlyStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!owner.isBroken)
            {
                await owner.command.WriteAsync(buffer, sending);
                owner.Sent += buffer.Length;
            }
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
