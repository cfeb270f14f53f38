using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing.Outputs;

namespace OpenFaaS.Build.Publishing;

/// <summary>From MSBuild's request to finished images where the request says: the product's one entry.</summary>
public static class FunctionPublisher
{
    /// <summary>Does what <paramref name="request"/> asks for; outputs are complete when it returns and untouched when it throws.</summary>
    /// <exception cref="DiagnosticException">What the user has to know.</exception>
    public static async Task<BuildResponse> PublishAsync(BuildRequest request, IBuildLog log, CancellationToken cancellationToken)
    {
        if (request.Version != BuildRequest.CurrentVersion)
        {
            throw InputDiagnostics.MalformedRequest.With(request.Project, $"it has version {request.Version}, not {BuildRequest.CurrentVersion}").ToException();
        }

#pragma warning disable RS0030 // Where the environment enters; below here it is handed down.
        Func<string, string?> environment = Environment.GetEnvironmentVariable;
#pragma warning restore RS0030
        var function = FunctionModelReader.Read(request, environment);
        await using var session = new PublishSession(request, function, log, environment);
        BuilderSelection.EnsureKnown(session.Catalog, function.Builder.Name, function.Project.Path);
        return ContainerItem.ToResponse(await new FunctionPublish(session).RunAsync(cancellationToken));
    }
}
