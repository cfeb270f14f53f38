using Grpc.Core;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>A way to a BuildKit daemon.</summary>
internal interface IBuildKitTransport : IAsyncDisposable
{
    /// <summary>The address as messages name it, without credentials.</summary>
    string Address { get; }

    /// <summary>The Docker Engine that the daemon turned out to be a part of, known after the first connection; null for a daemon of its own.</summary>
    EngineAddress? Engine => null;

    /// <summary>Whether it is a Docker Engine from before the containerd image store, known after the first connection; false where only the daemon can say it.</summary>
    bool IsEngineWithoutImageStore => false;

    /// <summary>Whether a connection starts a program, here or where the daemon is.</summary>
    bool StartsProgram => false;

    /// <summary>Time that the way itself may take before there is a daemon to be asked: programs start, keys are exchanged.</summary>
    TimeSpan OpeningTime => TimeSpan.Zero;

    /// <summary>Opens a stream that speaks gRPC's HTTP/2 with prior knowledge; TLS, upgrades and framing are done by then.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The daemon cannot be reached (OFB50xx), with the next step.</exception>
    ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Whether sessions have a way of their own to the daemon, known after the first connection; false where they go through its calls.</summary>
    bool HasSessionStreams => false;

    /// <summary>Opens a stream that is nothing but a session's connection, where <see cref="HasSessionStreams"/>.</summary>
    /// <param name="headers">How the session introduces itself.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="Diagnostics.DiagnosticException">The daemon cannot be reached, or gives none.</exception>
    Task<Stream> OpenSessionAsync(Metadata headers, CancellationToken cancellationToken) => throw new NotSupportedException();
}
