using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.Engines;

/// <summary>Finds the local engine that an image is loaded into.</summary>
internal static class EngineLocator
{
    private static readonly TimeSpan AnyLimit = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan WantedLimit = TimeSpan.FromSeconds(10);

    /// <summary>The engine asked for; without a wish the service of Docker, else of Podman, that answers within 0.5 s, or null.</summary>
    /// <param name="wanted"><c>docker</c>, <c>podman</c> or null.</param>
    /// <param name="environment">Environment variables by name.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="DiagnosticException">The engine asked for does not answer.</exception>
    public static async Task<ILocalEngine?> FindAsync(string? wanted, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var limit = wanted is null ? AnyLimit : WantedLimit;
        var failures = new List<string>();
        var docker = wanted is null or "docker" ? ProbeAsync("docker", EnginePlaces.Docker(environment), failures, limit, cancellationToken) : NoneAsync();

        // A command takes longer to start than a service to answer, so without a wish it would be found on some days and not on others.
        var podman = wanted switch
        {
            null => ProbeAsync("podman", EnginePlaces.Podman(environment), failures, limit, cancellationToken),
            "podman" => FindPodmanAsync(environment, failures, limit, cancellationToken),
            _ => NoneAsync(),
        };
        await Task.WhenAll(docker, podman);
        if ((await docker ?? await podman) is { } found)
        {
            return found;
        }

        return wanted is null ? null : throw EngineDiagnostics.EngineUnreachable.With(wanted, string.Join("; ", failures)).ToException();
    }

    private static Task<ILocalEngine?> NoneAsync() => Task.FromResult<ILocalEngine?>(null);

    private static async Task<ILocalEngine?> FindPodmanAsync(
        Func<string, string?> environment, List<string> failures, TimeSpan limit, CancellationToken cancellationToken)
    {
        var service = ProbeAsync("podman", EnginePlaces.Podman(environment), failures, limit, cancellationToken);

        // CONTAINER_HOST is an order: another Podman is not a substitute.
        var command = environment("CONTAINER_HOST") is { Length: > 0 } ? NoneAsync() : ProbeCommandAsync(environment, failures, limit, cancellationToken);
        await Task.WhenAll(service, command);
        return await service ?? await command;
    }

    private static async Task<ILocalEngine?> ProbeAsync(
        string name, IReadOnlyList<(EngineAddress? Address, string Problem)> places, List<string> failures, TimeSpan limit, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(places.Select(async place =>
        {
            if (place.Address is not { } address)
            {
                Add(failures, place.Problem);
                return null;
            }

            return await AnswersAsync(address.Text, token => PingAsync(name, new EngineApi(address), token), failures, limit, cancellationToken)
                ? new ApiEngine(name, new EngineApi(address))
                : null;
        }));
        return answers.FirstOrDefault(engine => engine is not null);
    }

    private static async Task PingAsync(string name, EngineApi api, CancellationToken cancellationToken)
    {
        // A Docker client may talk to Podman, as `docker` does; the other way round Podman's own storage would be missed.
        if (!await api.PingAsync(cancellationToken) && name == "podman")
        {
            throw new EngineFailedException("it is not Podman");
        }
    }

    private static async Task<ILocalEngine?> ProbeCommandAsync(
        Func<string, string?> environment, List<string> failures, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (ToolPath.Find("podman", environment) is not { } program)
        {
            Add(failures, "the command podman (it is in no folder of PATH)");
            return null;
        }

        var command = new PodmanCommand(program);
        return await AnswersAsync(program, command.PingAsync, failures, limit, cancellationToken) ? command : null;
    }

    private static async Task<bool> AnswersAsync(
        string place, Func<CancellationToken, Task> ping, List<string> failures, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        try
        {
            await ping(timer.Token);
            return true;
        }
        catch (EngineFailedException e)
        {
            Add(failures, $"{place} ({e.Message})");
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Add(failures, $"{place} (no answer within {limit.TotalSeconds:0.#} s)");
            return false;
        }
    }

    private static void Add(List<string> failures, string text)
    {
        lock (failures)
        {
            failures.Add(text);
        }
    }
}
