using Grpc.Core;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>Receives one output of a build (FileSend of a session). The result is at its place only after <see cref="CommitAsync"/>.</summary>
internal interface IOutputReceiver : IAsyncDisposable
{
    /// <summary>Whether the daemon has begun to send: a receiver takes one output, so what failed after this is not tried again.</summary>
    bool HasBegun { get; }

    /// <summary>Serves the call. Every message is one message of gRPC as it is on the wire: BytesMessage for archives, Packet for folders.</summary>
    /// <param name="incoming">What the daemon sends.</param>
    /// <param name="outgoing">What it is answered.</param>
    /// <param name="metadata">Headers of the call: <c>exporter-md-…</c>, <c>buildkit-exporter-multi-platform</c>.</param>
    /// <param name="failing">Told of a failure that the receiver tells the daemon of by itself, before that: it may end the build at once. Gives what is thrown.</param>
    /// <param name="cancellationToken">Cancelled when the session or the build ends.</param>
    Task ReceiveAsync(
        IAsyncStreamReader<ReadOnlyMemory<byte>> incoming,
        IAsyncStreamWriter<ReadOnlyMemory<byte>> outgoing,
        IReadOnlyDictionary<string, string> metadata,
        Func<DiagnosticException, Exception> failing,
        CancellationToken cancellationToken);

    /// <summary>Puts what was received in place, whole.</summary>
    /// <exception cref="DiagnosticException">Nothing was received, or the place cannot be written.</exception>
    Task CommitAsync(CancellationToken cancellationToken);
}
