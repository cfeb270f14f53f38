using System.Collections.Concurrent;
using System.Collections.Frozen;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Pods;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit.Endpoints;

/// <summary>The connections of one publish, one an endpoint. Safe for concurrent use.</summary>
/// <param name="environment">Environment variables by name.</param>
/// <param name="time">The clock; the system's by default.</param>
internal sealed class EndpointPool(Func<string, string?> environment, TimeProvider? time = null) : IAsyncDisposable
{
    private static readonly FrozenDictionary<string, DiagnosticException> NothingLost = FrozenDictionary<string, DiagnosticException>.Empty;

    private readonly ConcurrentDictionary<string, ConnectionAttempt> connections = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<BuildKitConnection> forgotten = new();
    private readonly ConcurrentDictionary<string, bool> lostOnce = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<string, bool> leftOut = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Task> preparations = new();
    private readonly DeploymentEndpoints deployments = new(environment);

    /// <summary>Begins to connect to the endpoint that a function would use, if it is named and no program has to be started; nobody need wait for it.</summary>
    /// <returns>Ends with the attempt, and fails as it does.</returns>
    public Task PrepareAsync(FunctionModel function)
    {
        var engine = function.Builder.Engine;

        // Which pods a Deployment has, and so which endpoint is the function's, is known only when the cluster has been asked.
        if (engine.Endpoints.Count == 0 || engine.Endpoints.Any(PodAddress.NamesDeployment))
        {
            return Task.CompletedTask;
        }

        var preparation = Task.Run(() => PrepareAsync(engine, RendezvousOrder.Of(engine.Endpoints, function.Name.Value)[0]));
        preparations.Enqueue(preparation);
        return preparation;
    }

    /// <summary>The connection that a function's build uses: to the one endpoint, or to the first of several that answers.</summary>
    /// <exception cref="DiagnosticException">None answers.</exception>
    public Task<BuildKitConnection> ConnectAsync(FunctionModel function, IBuildLog log, CancellationToken cancellationToken) =>
        ConnectAsync(function, NothingLost, log, cancellationToken);

    /// <summary>The same for a build that has lost daemons before any of its steps ran.</summary>
    /// <param name="function">The function.</param>
    /// <param name="lost">Why a daemon was lost, by its address as messages name it; that endpoint is left out.</param>
    /// <param name="log">Is told what is left out.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">None answers, or the only one was lost.</exception>
    public async Task<BuildKitConnection> ConnectAsync(
        FunctionModel function, IReadOnlyDictionary<string, DiagnosticException> lost, IBuildLog log, CancellationToken cancellationToken)
    {
        var engine = await deployments.ExpandAsync(function.Builder.Engine, cancellationToken);
        if (engine.Endpoints.Count < 2)
        {
            var loss = engine.Endpoints is [var only] ? lost.GetValueOrDefault(NameOf(engine, only)) : lost.Values.FirstOrDefault();
            return loss is null ? await OpenAsync(engine, engine.Endpoints, cancellationToken) : throw loss;
        }

        // A mistake in an address or a file is no daemon that is down.
        var names = engine.Endpoints.Distinct(StringComparer.Ordinal).ToDictionary(endpoint => endpoint, endpoint => NameOf(engine, endpoint), StringComparer.Ordinal);
        var failures = new List<string>();
        foreach (var endpoint in RendezvousOrder.Of(engine.Endpoints, function.Name.Value))
        {
            try
            {
                return lost.GetValueOrDefault(names[endpoint]) is { } loss ? throw loss : await OpenAsync(engine, [endpoint], cancellationToken);
            }
            catch (DiagnosticException e)
            {
                failures.Add(e.Diagnostics[0].Message);
                if (leftOut.TryAdd(endpoint, true))
                {
                    log.Report(BuildKitBuildDiagnostics.EndpointLeftOut.With(names[endpoint], e.Diagnostics[0].Message.TrimEnd('.')).At(function.Origin));
                }
            }
        }

        throw BuildKitBuildDiagnostics.NoEndpoint.With(failures.Count, string.Join(' ', failures)).At(function.Origin).ToException();
    }

    /// <summary>Where the function would be built, as a phrase; daemons are met, none is started.</summary>
    /// <exception cref="DiagnosticException">Nowhere.</exception>
    public async Task<string> DescribeAsync(FunctionModel function, IBuildLog log, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(function, log, cancellationToken);
        var version = connection.Daemon.Version;
        return $"BuildKit {(version.Length > 0 ? version : "before 0.11")} at {connection.Address}";
    }

    /// <summary>Takes a connection whose daemon was lost out of use: the next function connects anew, or to another endpoint. Builds that still use it are not disturbed.</summary>
    public void Forget(BuildKitConnection connection)
    {
        foreach (var entry in connections)
        {
            if (entry.Value.Begun is { IsCompletedSuccessfully: true } open && open.Result == connection)
            {
                // Before it is removed: whoever connects anew has to know.
                lostOnce[entry.Key] = true;
                if (connections.TryRemove(entry))
                {
                    forgotten.Enqueue(connection);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(preparations).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var connection in connections.Values.Select(attempt => attempt.Begun).OfType<Task<BuildKitConnection>>())
        {
            await ((Task)connection).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (connection.IsCompletedSuccessfully)
            {
                await (await connection).DisposeAsync();
            }
        }

        foreach (var connection in forgotten)
        {
            await connection.DisposeAsync();
        }

        deployments.Dispose();
        ending.Dispose();
    }

    private async Task<BuildKitConnection> OpenAsync(EngineModel engine, IReadOnlyList<string> endpoints, CancellationToken cancellationToken)
    {
        var settings = SettingsOf(engine, endpoints);
        var key = string.Join('\n', [.. endpoints, engine.CaFile, engine.CertFile, engine.KeyFile, engine.AllowInsecure ? "insecure" : ""]);
        var attempt = connections.AddOrUpdate(key, _ => New(), (_, known) => known.IsStale ? New() : known);
        return await attempt.Connection.WaitAsync(cancellationToken);

        ConnectionAttempt New() => new(() => ConnectAsync(settings, ending.Token), lostOnce.ContainsKey(key), time ?? TimeProvider.System);
    }

    private async Task PrepareAsync(EngineModel engine, string endpoint)
    {
        await using var transport = TransportForms.Create(endpoint, SettingsOf(engine, [endpoint]));

        // A build that comes to nothing would have to wait for its end.
        if (!transport.StartsProgram)
        {
            await OpenAsync(engine, [endpoint], ending.Token);
        }
    }

    private string NameOf(EngineModel engine, string endpoint) => TransportForms.Create(endpoint, SettingsOf(engine, [endpoint])).Address;

    private ConnectionSettings SettingsOf(EngineModel engine, IReadOnlyList<string> endpoints) => new()
    {
        Endpoints = endpoints,
        CaFile = engine.CaFile,
        CertFile = engine.CertFile,
        KeyFile = engine.KeyFile,
        AllowInsecure = engine.AllowInsecure,
        Environment = environment,
    };

    private static async Task<BuildKitConnection> ConnectAsync(ConnectionSettings settings, CancellationToken cancellationToken) =>
        await BuildKitConnection.OpenAsync(await BuildKitDiscovery.FindAsync(settings, cancellationToken), cancellationToken);
}
