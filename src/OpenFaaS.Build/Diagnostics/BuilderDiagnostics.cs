using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB2xxx. One static readonly field a code; codes are never reused.</summary>
public static class BuilderDiagnostics
{
}
