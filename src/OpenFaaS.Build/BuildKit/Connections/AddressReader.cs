using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>Reads the addresses of <c>ContainerBuilderEndpoint</c> and <c>BUILDKIT_HOST</c>.</summary>
internal static class AddressReader
{
    /// <summary>The form of a Docker Engine behind SSH: <c>ssh://</c> means a BuildKit of its own. Only the builder <c>docker</c> makes it.</summary>
    public const string EngineOverSsh = "docker-ssh";

    private const int Longest = 2048;

    /// <summary>Reads one address.</summary>
    /// <exception cref="DiagnosticException">It has no known form, or may not be used as it is (OFB5001, 5002, 5003, 5007).</exception>
    public static BuildKitAddress Read(string text, ConnectionSettings settings)
    {
        var end = text.IndexOf("://", StringComparison.Ordinal);
        if (end <= 0 || text.Length > Longest)
        {
            throw Invalid(text, end < 0 || text.Length <= Longest ? "it has none of the known forms" : $"it is longer than {Longest} characters");
        }

        var (scheme, rest) = (text[..end].ToLowerInvariant(), text[(end + 3)..]);
        if (rest.Any(c => char.IsControl(c) || (c == ' ' && scheme != "unix")))
        {
            throw Invalid(scheme + "://…", "it holds control characters or spaces");
        }

        return scheme switch
        {
            "unix" => OfSocket(rest),
            "npipe" => OfPipe(rest),
            "tcp" or "http" or "https" => OfTcp(scheme, rest, settings),
            "docker-container" or "podman-container" or "ssh" or EngineOverSsh => OfCommand(scheme, rest),
            "kube-pod" or "kube-deployment" => new BuildKitAddress(scheme, SafeText.Neutralize($"{scheme}://{rest}"), rest),
            "nerdctl-container" => throw BuildKitConnectionDiagnostics.FormNotSupported.With(scheme).ToException(),
            _ => throw Invalid(text, "it has none of the known forms"),
        };
    }

    private static BuildKitAddress OfSocket(string path)
    {
        var text = "unix://" + path;
        if (!Path.IsPathFullyQualified(path))
        {
            throw Invalid(text, "the path of the socket is not a full one");
        }

        var length = UnixSocket.LengthOf(path);
        return length <= UnixSocket.LongestPath
            ? new BuildKitAddress("unix", text, path) { SocketPath = path }
            : throw BuildKitConnectionDiagnostics.SocketPathTooLong.With(SafeText.Neutralize(path), length, UnixSocket.LongestPath).ToException();
    }

    private static BuildKitAddress OfPipe(string rest)
    {
        var parts = rest.Replace('\\', '/').TrimStart('/').Split('/');
        return parts is [".", "pipe", { Length: > 0 } name]
            ? new BuildKitAddress("npipe", "npipe:////./pipe/" + name, rest) { PipeName = name }
            : throw Invalid("npipe://" + rest, "pipes have the form npipe:////./pipe/name");
    }

    private static BuildKitAddress OfTcp(string scheme, string rest, ConnectionSettings settings)
    {
        if (!Uri.TryCreate($"{scheme}://{rest}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw Invalid(Shown(scheme, rest), "it names no host");
        }

        if (uri.UserInfo.Length > 0 || uri.AbsolutePath.Trim('/').Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw Invalid(Shown(scheme, rest), "it holds more than host and port");
        }

        var text = $"{scheme}://{uri.Host}:{uri.Port}";
        if (uri.Port <= 0)
        {
            throw Invalid($"{scheme}://{uri.Host}", "it names no port");
        }

        // Of several endpoints only some may be tcp://; TLS files say that those speak TLS, http:// says for itself that it does not.
        var secure = scheme == "https" || (scheme == "tcp" && (settings.CaFile ?? settings.CertFile ?? settings.KeyFile) is not null);
        return secure || settings.AllowInsecure || AddressPolicy.IsLoopback(uri)
            ? new BuildKitAddress(scheme, text, rest) { Host = uri.IdnHost, Port = uri.Port, IsSecure = secure }
            : throw BuildKitConnectionDiagnostics.PlainRefused.With(text).ToException();
    }

    private static BuildKitAddress OfCommand(string scheme, string rest)
    {
        // A program would take such a name for an option: ssh -oProxyCommand=… runs anything.
        if (rest.Length == 0 || rest.StartsWith('-') || rest.Contains("@-", StringComparison.Ordinal))
        {
            throw Invalid(scheme + "://…", "it names nothing, or something that begins with a hyphen");
        }

        return rest.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && rest[..at].Contains(':', StringComparison.Ordinal)
            ? throw Invalid(Shown(scheme, rest), "it holds a password")
            : new BuildKitAddress(scheme, SafeText.Neutralize($"{scheme}://{rest}"), rest);
    }

    private static string Shown(string scheme, string rest) => $"{scheme}://{(rest.Contains('@', StringComparison.Ordinal) ? "…" : rest)}";

    private static DiagnosticException Invalid(string text, string problem) =>
        BuildKitConnectionDiagnostics.AddressInvalid.With(text.Contains('@', StringComparison.Ordinal) ? "…" : SafeText.Neutralize(text), problem).ToException();
}
