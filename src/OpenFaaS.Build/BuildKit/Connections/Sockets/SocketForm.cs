namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary><c>unix://</c>, <c>npipe://</c>, <c>tcp://</c>, <c>http://</c> and <c>https://</c>.</summary>
internal sealed class SocketForm : ITransportForm
{
    public IBuildKitTransport? TryCreate(BuildKitAddress address, ConnectionSettings settings) =>
        DialerOf(address, settings) is { } dialer ? new SocketTransport(dialer, settings.Limits) : null;

    private static Dialer? DialerOf(BuildKitAddress address, ConnectionSettings settings)
    {
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
