using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB9xxx: faults of the SDK itself. One static readonly field a code; codes are never reused.</summary>
public static class InternalDiagnostics
{
    public static readonly DiagnosticDescriptor Unexpected = new("OFB9001", Error,
        "The SDK failed in a way it does not know: {0}: {1}",
        "This is a fault of OpenFaaS.Build.Sdk; the stack trace is in the detailed log.",
        "Publish again with -v:detailed and report the log.");

    public static readonly DiagnosticDescriptor WorkerDied = new("OFB9002", Error,
        "The worker ended with exit code {0} without saying why: {1}",
        "The process that builds the image was killed, ran out of memory, or could not start. Reported by the task.",
        "Check memory and the .NET runtime (10.0 or later), and publish again.");

    public static readonly DiagnosticDescriptor Cancelled = new("OFB9003", Error,
        "The build was cancelled.",
        "The build was stopped by Ctrl+C, a signal, or because MSBuild went away; no tag was moved.",
        "Publish again.");
}
