using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing;
using OpenFaaS.Build.Publishing.Outputs;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Publishes a request of one function with an environment of the test's own.</summary>
internal static class SingleFunction
{
    public static async Task<ImageMetadata> PublishAsync(BuildRequest request, Func<string, string?> environment, IBuildLog log, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(request, environment, log, cancellationToken);
        return await new FunctionPublish(session, Of(request, environment), log).RunAsync(cancellationToken);
    }

    public static Task<PublishSession> OpenAsync(BuildRequest request, Func<string, string?> environment, IBuildLog log, CancellationToken cancellationToken) =>
        PublishSession.OpenAsync(request, PublishSettings.Read(request, environment), [Of(request, environment)], log, environment, cancellationToken);

    private static RequestedFunction Of(BuildRequest request, Func<string, string?> environment) => new(FunctionModelReader.Read(request, environment), request);
}
