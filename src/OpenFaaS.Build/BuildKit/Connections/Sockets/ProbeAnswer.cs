namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>What the other side of a connection said to a first question.</summary>
internal enum ProbeKind
{
    /// <summary>Frames of HTTP/2.</summary>
    Http2,

    /// <summary>HTTP/1.</summary>
    Http1,

    /// <summary>Nothing: it ended the connection.</summary>
    Closed,

    /// <summary>Nothing within the time.</summary>
    Silent,

    /// <summary>A record of TLS.</summary>
    Tls,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>The answer to a first question.</summary>
/// <param name="Kind">What it is.</param>
internal sealed record ProbeAnswer(ProbeKind Kind)
{
    /// <summary>The status of HTTP/1.</summary>
    public int Status { get; init; }

    /// <summary>Version of the Engine API; null where the other side is no engine.</summary>
    public Version? ApiVersion { get; init; }

    /// <summary>Whether it is Podman's service, which speaks the Engine API and has no BuildKit.</summary>
    public bool IsPodman { get; init; }
}
