namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB23xx: local container engines. One static readonly field a code; codes are never reused.</summary>
public static class EngineDiagnostics
{
}
