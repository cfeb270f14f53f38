using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Engines;

/// <summary>Where an engine's API is reached.</summary>
/// <param name="Text">The address as messages name it.</param>
/// <param name="Base">Scheme and host of HTTP requests.</param>
/// <param name="SocketPath">Path of a Unix socket, or null.</param>
/// <param name="PipeName">Name of a Windows pipe, or null.</param>
/// <param name="CertificateFolder">Folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c> for https, or null.</param>
internal sealed record EngineAddress(string Text, Uri Base, string? SocketPath = null, string? PipeName = null, string? CertificateFolder = null)
{
    /// <summary>Opens connections where more than the other parts say is needed, TLS included; null where they say it all.</summary>
    public Func<CancellationToken, ValueTask<Stream>>? Dial { get; init; }

    private const int PlainPort = 2375;
    private const int SecurePort = 2376;
    private static readonly Uri LocalBase = new("http://localhost");

    /// <summary>The API behind a Unix socket.</summary>
    public static EngineAddress OfSocket(string path) => new("unix://" + path, LocalBase, SocketPath: path);

    /// <summary>The API behind a pipe of Windows.</summary>
    public static EngineAddress OfPipe(string name) => new("npipe:////./pipe/" + name, LocalBase, PipeName: name);

    /// <summary>Reads the form of <c>DOCKER_HOST</c> and <c>CONTAINER_HOST</c>.</summary>
    /// <param name="text"><c>unix://</c>, <c>npipe://</c>, <c>tcp://</c>, <c>http://</c> or <c>https://</c> address.</param>
    /// <param name="environment">Environment variables; <c>DOCKER_TLS_VERIFY</c> and <c>DOCKER_CERT_PATH</c> turn <c>tcp://</c> into https.</param>
    /// <param name="problem">Why the address cannot be used; empty on success.</param>
    public static EngineAddress? TryParse(string text, Func<string, string?> environment, out string problem)
    {
        problem = "";
        if (text.StartsWith("unix://", StringComparison.Ordinal) && Path.IsPathFullyQualified(text["unix://".Length..]))
        {
            return OfSocket(text["unix://".Length..]);
        }

        if (text.StartsWith("npipe://", StringComparison.Ordinal))
        {
            return OfPipe(text[(text.LastIndexOfAny(['/', '\\']) + 1)..]);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("tcp" or "http" or "https") || uri.Host.Length == 0
            || uri.UserInfo.Length > 0)
        {
            problem = "the address has none of the forms unix://, npipe://, tcp://, http://, https://";
            return null;
        }

        var secure = uri.Scheme == "https" || (uri.Scheme == "tcp" && environment("DOCKER_TLS_VERIFY") is { Length: > 0 });
        var port = uri.Port > 0 && !(uri.IsDefaultPort && uri.Scheme is "http" or "https") ? uri.Port : secure ? SecurePort : PlainPort;
        var address = new UriBuilder(secure ? "https" : "http", uri.Host, port).Uri;
        if (!secure && !AddressPolicy.IsLoopback(address))
        {
            problem = "plain HTTP to another machine is refused: set DOCKER_TLS_VERIFY and DOCKER_CERT_PATH";
            return null;
        }

        return new EngineAddress(SafeText.Of(address).TrimEnd('/'), address, CertificateFolder: secure ? CertificateFolderOf(environment) : null);
    }

    private static string? CertificateFolderOf(Func<string, string?> environment) =>
        environment("DOCKER_CERT_PATH") is { Length: > 0 } folder ? folder
        : (environment("HOME") ?? environment("USERPROFILE")) is { Length: > 0 } home ? Path.Combine(home, ".docker")
        : null;
}
