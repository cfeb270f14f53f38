using System.Net.Sockets;

namespace OpenFaaS.Build.Files;

/// <summary>Connects to Unix sockets.</summary>
internal static class UnixSocket
{
    /// <summary>A connection to the socket at a path; nothing is left open where none comes about.</summary>
    /// <exception cref="SocketException">Nobody listens there, or it may not be connected to.</exception>
    public static async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
