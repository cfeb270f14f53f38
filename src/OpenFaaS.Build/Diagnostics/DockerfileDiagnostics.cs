namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB22xx: reading a Dockerfile. One static readonly field a code; codes are never reused.</summary>
public static class DockerfileDiagnostics
{
}
