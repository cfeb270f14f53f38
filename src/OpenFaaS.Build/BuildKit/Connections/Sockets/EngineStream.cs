using System.Text;
using Grpc.Core;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>Docker's <c>POST /grpc</c> and <c>POST /session</c>: turn a connection to an Engine into one to the BuildKit in it, for calls either way.</summary>
internal static class EngineStream
{
    private const int LargestHeader = 16 << 10;

    /// <summary>Upgrades a fresh connection. It is closed when that fails.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="path"><c>/grpc</c> or <c>/session</c>.</param>
    /// <param name="headers">Headers of the request; a name that comes twice is sent twice.</param>
    /// <param name="address">The engine's address for messages.</param>
    /// <param name="limit">Time that the engine may take.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">The engine does not upgrade it.</exception>
    public static async Task<Stream> OpenAsync(Stream stream, string path, Metadata headers, string address, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Request(path, headers)), timer.Token);
            await stream.FlushAsync(timer.Token);
            var buffer = new byte[LargestHeader];
            var (header, length) = await ReadHeaderAsync(stream, buffer, timer.Token);
            var status = Encoding.Latin1.GetString(buffer, 0, Math.Max(header, 0)).Split("\r\n")[0];
            if (header < 0 || status.Split(' ') is not ["HTTP/1.1", "101", ..])
            {
                throw Refused(address, header < 0 ? "it ended the connection" : $"it answers '{SafeText.Neutralize(status)}'");
            }

            // What follows the blank line is HTTP/2 already.
            return length == header ? stream : new PrefixedStream(buffer.AsMemory(header, length - header), stream);
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw BuildKitConnectionDiagnostics.Silent.With(address, limit.TotalSeconds).ToException(e);
            }

            if (e is IOException)
            {
                throw Refused(address, "it ended the connection", e);
            }

            throw;
        }
    }

    private static string Request(string path, Metadata headers) =>
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n{string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\r\n"))}\r\n";

    /// <summary>Reads until the blank line; the header's length is -1 if it is not complete.</summary>
    private static async Task<(int Header, int Length)> ReadHeaderAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        var length = 0;
        while (length < buffer.Length && await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                return (end + 4, length);
            }
        }

        return (-1, length);
    }

    private static DiagnosticException Refused(string address, string reason, Exception? inner = null) =>
        BuildKitConnectionDiagnostics.EngineRefused.With(address, reason).ToException(inner);
}
