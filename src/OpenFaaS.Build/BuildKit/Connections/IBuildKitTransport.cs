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

    /// <summary>Time that the way itself may take before there is a daemon to be asked: programs start, keys are exchanged.</summary>
    TimeSpan OpeningTime => TimeSpan.Zero;

    /// <summary>Opens a stream that speaks gRPC's HTTP/2 with prior knowledge; TLS, upgrades and framing are done by then.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The daemon cannot be reached (OFB50xx), with the next step.</exception>
    ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Opens a stream that is nothing but a session's connection, where the daemon has a way of its own for sessions; null where they go through its calls.</summary>
    /// <param name="headers">How the session introduces itself.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<Stream?> OpenSessionAsync(Metadata headers, CancellationToken cancellationToken) => ValueTask.FromResult<Stream?>(null);
}
