using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>Opens connections to one place.</summary>
/// <param name="text">The address as messages name it.</param>
internal abstract class Dialer(string text)
{
    public string Text => text;

    /// <summary>Whether a connection starts a program.</summary>
    public virtual bool StartsProgram => false;

    /// <summary>Whether TLS is spoken.</summary>
    public virtual bool IsSecure => false;

    /// <summary>Whether the client shows a certificate.</summary>
    public virtual bool HasCertificate => false;

    /// <summary>The same place for requests of the Engine API.</summary>
    public abstract EngineAddress Engine { get; }

    /// <summary>Opens a connection.</summary>
    /// <param name="offer">What is going to be spoken, which TLS has to agree on; other ways ignore it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">No connection came about.</exception>
    public abstract ValueTask<DialedStream> DialAsync(ProtocolOffer offer, CancellationToken cancellationToken);
}

/// <summary>What a connection may be used for.</summary>
internal enum ProtocolOffer
{
    /// <summary>HTTP/2, or HTTP/1.1 where the other side has no HTTP/2.</summary>
    Any,

    /// <summary>HTTP/1.1.</summary>
    Http1,
}

/// <summary>A new connection.</summary>
/// <param name="Stream">Its bytes.</param>
/// <param name="IsHttp2">Whether both sides agreed on HTTP/2; null where nobody asked.</param>
internal readonly record struct DialedStream(Stream Stream, bool? IsHttp2 = null);
