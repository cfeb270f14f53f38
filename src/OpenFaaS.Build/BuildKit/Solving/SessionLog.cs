using System.Collections.Concurrent;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>
/// The log of a session. Errors are kept back: they are why the daemon will fail, in better words than the daemon's, and are thrown at the end of
/// the solve. Access to a registry that failed is kept apart, since the daemon may have done without. Everything else is handed on.
/// </summary>
internal sealed class SessionLog(IBuildLog log) : IBuildLog
{
    private const int Most = 10;

    private readonly ConcurrentQueue<Diagnostic> errors = new();
    private readonly ConcurrentQueue<Diagnostic> accesses = new();

    /// <summary>What went wrong on this side; null if nothing did.</summary>
    public DiagnosticException? Failure => errors.IsEmpty ? null : new DiagnosticException([.. errors]);

    /// <summary>Accesses to registries that failed.</summary>
    public IReadOnlyList<Diagnostic> FailedAccess => [.. accesses];

    /// <summary>Keeps an access that failed; a daemon asks again, and one telling is enough.</summary>
    public void ReportAccess(Diagnostic diagnostic)
    {
        if (accesses.Count < Most && accesses.All(known => known.Message != diagnostic.Message))
        {
            accesses.Enqueue(diagnostic);
        }
    }

    public void Report(Diagnostic diagnostic)
    {
        if (diagnostic.Descriptor.Severity != DiagnosticSeverity.Error)
        {
            log.Report(diagnostic);
        }
        else if (errors.Count < Most)
        {
            errors.Enqueue(diagnostic);
        }
    }

    public void Message(MessageImportance importance, string text) => log.Message(importance, text);

    public void Command(string text) => log.Command(text);
}
