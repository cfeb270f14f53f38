using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>A failure that another attempt may not meet.</summary>
/// <param name="diagnostic">What is told when no attempt is left.</param>
/// <param name="inner">The cause.</param>
internal sealed class TransientClusterException(Diagnostic diagnostic, Exception inner) : Exception(diagnostic.Message, inner)
{
    public Diagnostic Diagnostic => diagnostic;

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a second attempt is the last one.</summary>
    public bool Once { get; init; }
}
