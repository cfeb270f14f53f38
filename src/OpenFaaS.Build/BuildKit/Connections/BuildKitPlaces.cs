using OpenFaaS.Build.BuildKit.Connections.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>Where daemons usually listen.</summary>
internal static class BuildKitPlaces
{
    /// <summary>The sockets of buildkitd: the system's, then the user's own (rootless).</summary>
    public static IReadOnlyList<SocketTransport> Sockets(ConnectionSettings settings)
    {
        if (OperatingSystem.IsWindows())
        {
            return [new SocketTransport(new PipeDialer("buildkitd"), settings.Limits)];
        }

        string?[] paths =
        [
            "/run/buildkit/buildkitd.sock",
            settings.Environment("XDG_RUNTIME_DIR") is { Length: > 0 } folder && Path.IsPathFullyQualified(folder) ? Path.Combine(folder, "buildkit/buildkitd.sock") : null,
        ];
        return [.. paths.OfType<string>().Select(path => new SocketTransport(new UnixDialer(path), settings.Limits))];
    }

    /// <summary>The local Docker Engine's places; a second part says why one cannot be used.</summary>
    public static IReadOnlyList<(SocketTransport? Transport, string Problem)> Engines(ConnectionSettings settings) =>
        [.. EnginePlaces.Docker(settings.Environment).Select(place => place.Address is { } address ? Of(address, settings) : (null, place.Problem))];

    private static (SocketTransport?, string) Of(EngineAddress address, ConnectionSettings settings)
    {
        try
        {
            return (new SocketTransport(DialerOf(address), settings.Limits), "");
        }
        catch (DiagnosticException e)
        {
            return (null, $"{address.Text} ({e.Diagnostics[0].Message.TrimEnd('.')})");
        }
    }

    private static Dialer DialerOf(EngineAddress address)
    {
        if (address.SocketPath is { } path)
        {
            return new UnixDialer(path);
        }

        if (address.PipeName is { } pipe)
        {
            return new PipeDialer(pipe);
        }

        var tcp = new TcpDialer(address.Text, address.Base.IdnHost, address.Base.Port);
        return address.Base.Scheme == Uri.UriSchemeHttps
            ? new TlsDialer(tcp, address.Base.IdnHost, FilesIn(address.CertificateFolder))
            : tcp;
    }

    // Docker's own names; a folder without them means the system's authorities.
    private static TlsFiles FilesIn(string? folder)
    {
        string? Existing(string name) => folder is not null && Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;
        var (certificate, key) = (Existing("cert.pem"), Existing("key.pem"));
        return TlsFiles.Read(Existing("ca.pem"), key is null ? null : certificate, certificate is null ? null : key);
    }
}
