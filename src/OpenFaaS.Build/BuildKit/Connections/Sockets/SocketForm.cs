using OpenFaaS.Build.BuildKit.Connections.Ssh;

namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary><c>unix://</c>, <c>npipe://</c>, <c>tcp://</c>, <c>http://</c> and <c>https://</c>; a Docker Engine over SSH counts as one more.</summary>
internal sealed class SocketForm : ITransportForm
{
    public IBuildKitTransport? TryCreate(BuildKitAddress address, ConnectionSettings settings) =>
        DialerOf(address, settings) is { } dialer ? new SocketTransport(dialer, settings.Limits) : null;

    /// <summary>What opens connections to an address; null for one of another form.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The address, or a file that it needs, cannot be used.</exception>
    public static Dialer? DialerOf(BuildKitAddress address, ConnectionSettings settings)
    {
        if (address.Scheme == AddressReader.EngineOverSsh)
        {
            return new SshEngineDialer(SshAddress.Parse("ssh://" + address.Rest), settings.Environment);
        }

        if (address.SocketPath is { } path)
        {
            return new UnixDialer(path);
        }

        if (address.PipeName is { } pipe)
        {
            return new PipeDialer(pipe);
        }

        if (address.Host is not { } host)
        {
            return null;
        }

        var tcp = new TcpDialer(address.Text, host, address.Port);
        return address.IsSecure ? new TlsDialer(tcp, host, TlsFiles.Read(settings.CaFile, settings.CertFile, settings.KeyFile)) : tcp;
    }
}
