using System.Net;

namespace OpenFaaS.Build.Engines;

/// <summary>An engine did not answer, or answered with an error. The message is a phrase for a diagnostic, fit to be shown.</summary>
internal sealed class EngineFailedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The status that it answered with; null where there was no answer or it did not matter.</summary>
    public HttpStatusCode? Status { get; init; }
}
