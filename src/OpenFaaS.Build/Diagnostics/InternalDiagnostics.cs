using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB9xxx. One static readonly field a code; codes are never reused.</summary>
public static class InternalDiagnostics
{
}
