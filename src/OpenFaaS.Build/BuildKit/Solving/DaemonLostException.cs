using System.Net.Sockets;
using System.Text.RegularExpressions;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.BuildKit.Wire;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>The daemon went away in a solve. Leaves this room only as the cause of a <see cref="DiagnosticException"/>.</summary>
internal sealed partial class DaemonLostException(DiagnosticException told) : Exception(told.Message, told)
{
    /// <summary>What the user is told.</summary>
    public DiagnosticException Told => told;

    /// <summary>Whether nothing ran and nothing came, so that the build may be begun again with another daemon.</summary>
    public bool IsUndone { get; init; }

    /// <summary>What leaves this room.</summary>
    /// <param name="isUndone">See <see cref="IsUndone"/>.</param>
    public DiagnosticException Leave(bool isUndone) => new(told.Diagnostics, new DaemonLostException(told) { IsUndone = isUndone });

    /// <summary>The exception for a reason in words.</summary>
    public static DaemonLostException Of(string reason, string address, Exception? inner = null) =>
        new(BuildKitSolveDiagnostics.DaemonLost.With(address, OutputText.Phrase(reason)).ToException(inner));

    /// <summary>The exception for a failed call; null where the daemon is there and has answered.</summary>
    public static DaemonLostException? Of(RpcException e, string address)
    {
        // What the way has said is said best by itself; other exceptions lie around it.
        if (CallCauses.Find<DiagnosticException>(e) is { } told)
        {
            return new DaemonLostException(told);
        }

        if (IsBroken(e))
        {
            return Of(e.Status.Detail, address, e);
        }

        // A daemon that is ending cancels its builds; one that has lost the session says so in words. A registry that does not answer ends in the same
        // codes, but then the daemon tells of it: with details, or with the request.
        var isEnded = e.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded
            && !e.Trailers.Any(trailer => trailer.Key == "grpc-status-details-bin") && !Request().IsMatch(e.Status.Detail);
        return isEnded || SessionGone().IsMatch(e.Status.Detail) ? Of(e.Status.Detail, address, e) : null;
    }

    private static bool IsBroken(RpcException e) => CallCauses.Find<IOException>(e) is not null || CallCauses.Find<HttpRequestException>(e) is not null
        || CallCauses.Find<SocketException>(e) is not null || CallCauses.Find<ObjectDisposedException>(e) is not null;

    [GeneratedRegex(
        "failed to do request|failed to resolve|failed to fetch|dial tcp|i/o timeout|TLS handshake timeout|Client.Timeout exceeded",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Request();

    [GeneratedRegex(
        "no active session for|session healthcheck failed|transport is closing|connection is draining|only one connection allowed|error reading from server: EOF",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SessionGone();
}
