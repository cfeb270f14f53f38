using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.FunctionBuilder;

/// <summary>The builder takes no build now and may take one later; never leaves the room.</summary>
/// <param name="status">The status it answered with.</param>
/// <param name="text">What it said, as the end of a message; may be empty.</param>
internal sealed class BusyBuilderException(int status, string text) : Exception($"status {status}")
{
    /// <summary>How long it asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the user is told when no attempt is left.</summary>
    /// <param name="address">The builder.</param>
    /// <param name="asked">What it asks for, as it goes on from the status; may be empty.</param>
    /// <param name="waited">How long was waited.</param>
    public DiagnosticException ToDiagnostic(string address, string asked, string waited) =>
        RemoteBuilderDiagnostics.Busy.With(address, $"{status}{asked}", waited, text).ToException(this);
}
