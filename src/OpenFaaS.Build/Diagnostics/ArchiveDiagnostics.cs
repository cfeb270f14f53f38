namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB41xx: image archives and archives in a build context. One static readonly field a code; codes are never reused.</summary>
public static class ArchiveDiagnostics
{
}
