using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB3xxx. One static readonly field a code; codes are never reused.</summary>
public static class RegistryDiagnostics
{
}
