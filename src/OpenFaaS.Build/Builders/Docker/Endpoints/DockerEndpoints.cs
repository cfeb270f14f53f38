using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Docker.Endpoints;

/// <summary>Where a Docker Engine is looked for: where the project says, else <c>DOCKER_HOST</c>, else the current docker context, else the usual places.</summary>
internal static class DockerEndpoints
{
    private const int PlainPort = 2375;
    private const int SecurePort = 2376;

    /// <summary>The places, best first; more than one only where the project lists several or nobody names one.</summary>
    /// <exception cref="DiagnosticException">The current context cannot be read.</exception>
    public static async Task<IReadOnlyList<DockerEndpoint>> FindAsync(EngineModel engine, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        if (engine.Endpoints.Count > 0)
        {
            return [.. engine.Endpoints.Select(endpoint => Complete(new DockerEndpoint(endpoint, "ContainerBuilderEndpoint") { IsNamed = true }, engine))];
        }

        if (environment("DOCKER_HOST") is { Length: > 0 } host)
        {
            return [Complete(OfVariable(host.Trim(), environment), engine)];
        }

        if (await DockerContexts.CurrentAsync(environment, cancellationToken) is { } current)
        {
            return [Complete(current, engine)];
        }

        return
        [
            .. EnginePlaces.Docker(name => name == "DOCKER_HOST" ? null : environment(name))
                .Select(place => place.Address?.Text).OfType<string>()
                .Select(text => Complete(new DockerEndpoint(text, ""), engine)),
        ];
    }

    /// <summary>An address with the port that Docker's command line adds where there is none.</summary>
    /// <param name="text">The address.</param>
    /// <param name="isSecure">Whether TLS is spoken at <c>tcp://</c>, which becomes <c>https://</c> then.</param>
    public static string WithPort(string text, bool isSecure)
    {
        if (!text.StartsWith("tcp://", StringComparison.OrdinalIgnoreCase))
        {
            return text;
        }

        var place = text["tcp://".Length..].TrimEnd('/');
        var hasPort = place.LastIndexOf(':') > place.LastIndexOf(']');
        return $"{(isSecure ? "https" : "tcp")}://{place}{(hasPort ? "" : isSecure ? $":{SecurePort}" : $":{PlainPort}")}";
    }

    /// <summary>Docker's files of a folder, as far as they are there.</summary>
    public static DockerEndpoint WithFilesIn(this DockerEndpoint endpoint, string folder)
    {
        string? Existing(string name) => Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;
        var (certificate, key) = (Existing("cert.pem"), Existing("key.pem"));
        return endpoint with { CaFile = Existing("ca.pem"), CertFile = key is null ? null : certificate, KeyFile = certificate is null ? null : key };
    }

    private static DockerEndpoint OfVariable(string host, Func<string, string?> environment)
    {
        var isSecure = environment("DOCKER_TLS_VERIFY") is { Length: > 0 };
        var endpoint = new DockerEndpoint(WithPort(host, isSecure), "DOCKER_HOST") { IsNamed = true };
        var folder = environment("DOCKER_CERT_PATH") is { Length: > 0 } named ? named : DockerContexts.Folder(environment);
        var needsFiles = isSecure || host.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        return needsFiles && folder is not null ? endpoint.WithFilesIn(folder) : endpoint;
    }

    // What the project says of TLS counts wherever the address comes from.
    private static DockerEndpoint Complete(DockerEndpoint endpoint, EngineModel engine) => endpoint with
    {
        CaFile = engine.CaFile ?? endpoint.CaFile,
        CertFile = engine.CertFile ?? endpoint.CertFile,
        KeyFile = engine.KeyFile ?? endpoint.KeyFile,
        AllowInsecure = engine.AllowInsecure,
    };
}
