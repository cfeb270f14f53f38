using System.Net.Sockets;
using System.Text;

namespace OpenFaaS.Build.TestSupport;

/// <summary>The raw BuildKit connection inside a Docker Engine.</summary>
public static class EngineGrpc
{
    private const int LongestHeader = 16 << 10;

    /// <summary>Connects to an engine's socket and turns the connection into gRPC's HTTP/2.</summary>
    /// <param name="engine"><c>unix://path</c></param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<Stream> OpenAsync(string engine, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(engine["unix://".Length..]), cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            await stream.WriteAsync("POST /grpc HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"u8.ToArray(), cancellationToken);

            // Byte by byte: what follows the blank line is the daemon's HTTP/2 already.
            var header = new StringBuilder();
            var one = new byte[1];
            while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                if (header.Length == LongestHeader || await stream.ReadAsync(one, cancellationToken) == 0)
                {
                    throw new IOException("The engine did not answer the upgrade.");
                }

                header.Append((char)one[0]);
            }

            return header.ToString().StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal)
                ? stream
                : throw new IOException($"The engine refused the upgrade: {header.ToString().Split('\r')[0]}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
