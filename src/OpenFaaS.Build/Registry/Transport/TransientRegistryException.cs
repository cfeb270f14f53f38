using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>A failure that another attempt may cure; never leaves the room.</summary>
internal sealed class TransientRegistryException(Diagnostic diagnostic, Exception? inner = null) : Exception(diagnostic.Message, inner)
{
    /// <summary>What the user is told when no attempt is left.</summary>
    public Diagnostic Diagnostic { get; } = diagnostic;

    /// <summary>How long the registry asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>One more attempt only: content that is wrong twice is wrong.</summary>
    public bool Once { get; init; }

    /// <summary>The connection ended inside the TLS handshake.</summary>
    public bool InHandshake { get; init; }
}
