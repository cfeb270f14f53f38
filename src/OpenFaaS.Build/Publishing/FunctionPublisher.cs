using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Publishing;

/// <summary>From MSBuild's request to finished images where the request says: the product's one entry.</summary>
public static class FunctionPublisher
{
    /// <summary>Does what <paramref name="request"/> asks for; outputs are complete when it returns and untouched when it throws.</summary>
    /// <exception cref="DiagnosticException">What the user has to know.</exception>
    public static Task<BuildResponse> PublishAsync(BuildRequest request, IBuildLog log, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Publishing lands with the embedded builder.");
}
