using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Podman.Service;

/// <summary>Podman's service at an address.</summary>
/// <param name="Api">Its API.</param>
/// <param name="Version">Podman's version.</param>
internal sealed record PodmanService(EngineApi Api, Version? Version)
{
    /// <summary>The oldest version whose own API is spoken here.</summary>
    private static readonly Version Oldest = new(4, 0);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>What comes before the paths of Podman's own API.</summary>
    public const string Root = "/v4.0.0/libpod";

    /// <summary>The address, for messages.</summary>
    public string Place => Api.Address.Text;

    /// <summary>Whether the user says where the service is: then nothing else takes its place.</summary>
    public static bool IsNamed(EngineModel engine, Func<string, string?> environment) => engine.Endpoints.Count > 0 || environment("CONTAINER_HOST") is { Length: > 0 };

    /// <summary>The first service that answers, or null.</summary>
    /// <exception cref="DiagnosticException">The user named a service, and it does not answer or is no Podman.</exception>
    public static async Task<PodmanService?> FindAsync(EngineModel engine, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var places = engine.Endpoints.Count > 0
            ? [.. engine.Endpoints.Select(endpoint => ((EngineAddress?)Read(endpoint, engine, environment), ""))]
            : EnginePlaces.Podman(environment);
        var answers = await Task.WhenAll(places.Select(place => place.Item1 is { } address ? AskAsync(address, cancellationToken) : Task.FromResult<(PodmanService?, string)>((null, place.Item2))));
        return answers.Select(answer => answer.Item1).FirstOrDefault(service => service is not null)
            ?? (IsNamed(engine, environment) ? throw PodmanDiagnostics.ServiceUnreachable.With(string.Join("; ", answers.Select(answer => answer.Item2))).ToException() : null);
    }

    private static EngineAddress Read(string endpoint, EngineModel engine, Func<string, string?> environment)
    {
        var settings = new ConnectionSettings { CaFile = engine.CaFile, CertFile = engine.CertFile, KeyFile = engine.KeyFile, AllowInsecure = engine.AllowInsecure, Environment = environment };
        return SocketForm.DialerOf(AddressReader.Read(endpoint, settings), settings)?.Engine
            ?? throw PodmanDiagnostics.EndpointForm.With(endpoint).ToException();
    }

    private static async Task<(PodmanService?, string)> AskAsync(EngineAddress address, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(Limit);
        try
        {
            var greeting = await new EngineApi(address).GreetAsync(timer.Token);
            return !greeting.IsPodman ? (null, $"{address.Text} (it is not Podman)")
                : greeting.PodmanVersion is { } version && version < Oldest ? (null, $"{address.Text} (it is Podman {version}, and {Oldest} is needed)")
                : (new PodmanService(new EngineApi(address), greeting.PodmanVersion), "");
        }
        catch (EngineFailedException e)
        {
            return (null, $"{address.Text} ({e.Message})");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"{address.Text} (no answer within {Limit.TotalSeconds:0} s)");
        }
    }
}
