using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>What a solve sees of a connection and its session.</summary>
/// <param name="Control">The daemon's calls.</param>
/// <param name="Address">The daemon's address for messages.</param>
/// <param name="SessionId">The id that the solve names.</param>
/// <param name="Opened">Ends when the session's way is there, and fails where there is none; see <see cref="WaitAsync"/>.</param>
/// <param name="Lost">Fails with the reason when the daemon is gone or gives no session; never completes otherwise.</param>
/// <param name="Failure">What went wrong here while the daemon was served; null if nothing did.</param>
/// <param name="BytesSent">Bytes of file content sent so far.</param>
internal sealed record SolveLink(
    ControlCalls Control, string Address, string SessionId, Task Opened, Task Lost, Func<DiagnosticException?> Failure, Func<long> BytesSent)
{
    /// <summary>Accesses to registries that failed while the daemon was served, which it may have done without.</summary>
    public Func<IReadOnlyList<Diagnostic>> FailedAccess { get; init; } = () => [];

    /// <summary>Failures of a session's way after which the daemon is there all the same.</summary>
    private static readonly IReadOnlyList<DiagnosticDescriptor> Refusals = [BuildKitConnectionDiagnostics.Silent, BuildKitConnectionDiagnostics.EngineRefused];

    /// <summary>Whether the daemon is there, and gives the session no way.</summary>
    public bool IsRefused => Opened.Exception?.InnerException is DiagnosticException failure && IsRefusal(failure);

    public static SolveLink Of(BuildKitConnection connection, Session session, SessionLog log) =>
        new(connection.Control, connection.Address, session.Id, session.Opened, session.Lost, () => log.Failure, () => session.BytesSent) { FailedAccess = () => log.FailedAccess };

    /// <summary>Waits for the session's way.</summary>
    /// <exception cref="DaemonLostException">The daemon is not there any more.</exception>
    /// <exception cref="DiagnosticException">The daemon gives no way.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Opened.WaitAsync(cancellationToken);
        }
        catch (DiagnosticException failure) when (!IsRefusal(failure))
        {
            throw new DaemonLostException(failure);
        }
    }

    private static bool IsRefusal(DiagnosticException failure) => Refusals.Contains(failure.Diagnostics[0].Descriptor);
}
