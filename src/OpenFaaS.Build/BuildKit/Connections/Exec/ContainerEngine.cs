using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.BuildKit.Connections.Exec;

/// <summary>Finds the engine that a container runs in.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The first engine that answers, at the place that its variable names or else at the usual ones.</summary>
    /// <exception cref="DiagnosticException">None answers (OFB5021).</exception>
    public static async Task<EngineAddress> FindAsync(
        ContainerAddress container, Func<string, string?> environment, TimeProvider time, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        foreach (var (address, problem) in container.IsPodman ? EnginePlaces.Podman(environment) : EnginePlaces.Docker(environment))
        {
            if (address is null)
            {
                failures.Add(problem);
                continue;
            }

            try
            {
                // Podman's service answers the Docker client too; the other way round the container would be looked for in the wrong place.
                var isPodman = await DeadlineAsync(new EngineApi(address).PingAsync, time, cancellationToken);
                if (isPodman || !container.IsPodman)
                {
                    return address;
                }

                failures.Add($"{address.Text} (it is not Podman)");
            }
            catch (EngineFailedException e)
            {
                failures.Add($"{address.Text} ({e.Message})");
            }
        }

        throw BuildKitProcessDiagnostics.ContainerEngineUnreachable.With(container.Name, string.Join("; ", failures)).ToException();
    }

    /// <summary>Bounds a question to an engine by 10 s.</summary>
    /// <exception cref="EngineFailedException">It was not answered in time, or as the question says.</exception>
    public static async Task<T> DeadlineAsync<T>(Func<CancellationToken, Task<T>> ask, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ask(both.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineFailedException($"no answer within {Limit.TotalSeconds:0} s", e);
        }
    }
}
