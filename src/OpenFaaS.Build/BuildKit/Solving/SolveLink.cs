using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>What a solve sees of a connection and its session.</summary>
/// <param name="Control">The daemon's calls.</param>
/// <param name="Address">The daemon's address for messages.</param>
/// <param name="SessionId">The id that the solve names.</param>
/// <param name="Opened">Ends when the session's way is there, and fails where the daemon gives none.</param>
/// <param name="Lost">Fails with the reason when the daemon is gone or gives no session; never completes otherwise.</param>
/// <param name="Failure">What went wrong here while the daemon was served; null if nothing did.</param>
/// <param name="BytesSent">Bytes of file content sent so far.</param>
internal sealed record SolveLink(
    ControlCalls Control, string Address, string SessionId, Task Opened, Task Lost, Func<DiagnosticException?> Failure, Func<long> BytesSent)
{
    public static SolveLink Of(BuildKitConnection connection, Session session, SessionLog log) =>
        new(connection.Control, connection.Address, session.Id, session.Opened, session.Lost, () => log.Failure, () => session.BytesSent);
}
