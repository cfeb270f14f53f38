using System.IO.Pipelines;

namespace OpenFaaS.Build.BuildKit.Sessions.Tunnels;

/// <summary>The way of a session's bytes: what the daemon's end of the session's connection reads and writes. Disposing it ends the session at the daemon.</summary>
internal interface ITunnel : IAsyncDisposable
{
    /// <summary>Ends when the way is there, and fails where the daemon gives none.</summary>
    Task Opened { get; }

    /// <summary>From the daemon to the session server, until the daemon ends it.</summary>
    Task ReceiveAsync(PipeWriter server, SilenceWatch watch, CancellationToken cancellationToken);

    /// <summary>From the session server to the daemon, to the end of the connection.</summary>
    Task SendAsync(PipeReader server, CancellationToken cancellationToken);
}
