namespace OpenFaaS.Build.Diagnostics;

/// <summary>How MSBuild shows a diagnostic.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The build goes on; the user can act on it.</summary>
    Warning,

    /// <summary>What was asked for is not there; the exit code is not 0.</summary>
    Error,
}
