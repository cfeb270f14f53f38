using System.Collections.Concurrent;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Docker.Endpoints;

/// <summary>The engines of one publish, each found once. Safe for concurrent use.</summary>
/// <param name="environment">Environment variables by name.</param>
internal sealed class DockerEngines(Func<string, string?> environment)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // Keys are exchanged, and a program starts on the other side.
    private static readonly TimeSpan SshLimit = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<string, Lazy<Task<DockerEngine>>> found = new(StringComparer.Ordinal);

    /// <summary>The engine that builds a function.</summary>
    /// <exception cref="DiagnosticException">None answers, or what answers cannot be used.</exception>
    public async Task<DockerEngine> FindAsync(EngineModel engine, CancellationToken cancellationToken)
    {
        var key = string.Join('\n', [.. engine.Endpoints, engine.CaFile, engine.CertFile, engine.KeyFile, engine.AllowInsecure ? "insecure" : ""]);
        var search = found.GetOrAdd(key, _ => new Lazy<Task<DockerEngine>>(() => SearchAsync(engine)));

        // One function's end is not the others'; the search itself is bounded.
        return await search.Value.WaitAsync(cancellationToken);
    }

    private async Task<DockerEngine> SearchAsync(EngineModel engine)
    {
        var endpoints = await DockerEndpoints.FindAsync(engine, environment, CancellationToken.None);
        var answers = await Task.WhenAll(endpoints.Select(AskAsync));
        var engines = answers.Select(answer => answer.Engine).OfType<DockerEngine>().ToList();
        return engines.Count > 0 ? engines[0]
            : answers is [{ Error: { } only }] ? throw only.ToException()
            : throw DockerBuildDiagnostics.EngineNotFound.With(string.Join("; ", answers.Select(answer => answer.Problem))).ToException();
    }

    private async Task<(DockerEngine? Engine, string Problem, Diagnostic? Error)> AskAsync(DockerEndpoint endpoint)
    {
        var limit = endpoint.IsSsh ? SshLimit : Limit;
        using var timer = new CancellationTokenSource(limit);
        var place = endpoint.Origin.Length > 0 ? $"{endpoint.Text}, named by {endpoint.Origin}" : endpoint.Text;
        try
        {
            var address = endpoint.Resolve(environment);
            var greeting = await new EngineApi(address).GreetAsync(timer.Token);
            return greeting.IsPodman
                ? (null, $"{place} (it is Podman's service)", DockerBuildDiagnostics.EngineUnusable.With(place, "it is Podman's service, which ContainerBuilder=podman uses"))
                : (new DockerEngine(endpoint, address, greeting), "", null);
        }
        catch (EngineFailedException e)
        {
            return (null, $"{place} ({e.Message})", null);
        }
        catch (OperationCanceledException)
        {
            return (null, $"{place} (no answer within {limit.TotalSeconds:0} s)", null);
        }
        catch (DiagnosticException e)
        {
            return (null, $"{place} ({e.Diagnostics[0].Message.TrimEnd('.')})", e.Diagnostics[0]);
        }
    }
}
