using System.Collections.Concurrent;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>
/// The log of a session. Errors are kept back: they are why the daemon will fail, in better words than the daemon's, and are thrown at the end of
/// the solve. Everything else is handed on.
/// </summary>
internal sealed class SessionLog(IBuildLog log) : IBuildLog
{
    private const int Most = 10;

    private readonly ConcurrentQueue<Diagnostic> errors = new();

    /// <summary>What went wrong on this side; null if nothing did.</summary>
    public DiagnosticException? Failure => errors.IsEmpty ? null : new DiagnosticException([.. errors]);

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
