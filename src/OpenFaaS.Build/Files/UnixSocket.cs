using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenFaaS.Build.Files;

/// <summary>Connects to Unix sockets.</summary>
internal static class UnixSocket
{
    /// <summary>Bytes of <c>sun_path</c> without the closing zero: Linux has the largest, the others of .NET's systems 103.</summary>
    public static readonly int LongestPath = OperatingSystem.IsLinux() || OperatingSystem.IsWindows() ? 107 : 103;

    /// <summary>Bytes of a path, of which a socket's has at most <see cref="LongestPath"/>.</summary>
    public static int LengthOf(string path) => Encoding.UTF8.GetByteCount(path);

    /// <summary>The socket at a path.</summary>
    /// <exception cref="PathTooLongException">No socket can be there.</exception>
    public static EndPoint At(string path) => LengthOf(path) is var length && length <= LongestPath
        ? new UnixDomainSocketEndPoint(path)
        : throw new PathTooLongException(string.Create(CultureInfo.InvariantCulture, $"the path is {length} bytes long, and a Unix socket's has at most {LongestPath}"));

    /// <summary>A connection to the socket at a path; nothing is left open where none comes about.</summary>
    /// <exception cref="SocketException">Nobody listens there, or it may not be connected to.</exception>
    /// <exception cref="PathTooLongException">No socket can be there.</exception>
    public static async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(At(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
