using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>A failure that another attempt may not meet.</summary>
/// <param name="diagnostic">What is told when no attempt is left.</param>
/// <param name="inner">The cause.</param>
internal sealed class TransientClusterException(Diagnostic diagnostic, Exception inner) : Exception(diagnostic.Message, inner)
{
    public Diagnostic Diagnostic => diagnostic;

    /// <summary>How long to wait before the next attempt, as the server asks; null for the usual wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the second failure of this kind is final, however many others came before it.</summary>
    public bool Once { get; init; }
}
