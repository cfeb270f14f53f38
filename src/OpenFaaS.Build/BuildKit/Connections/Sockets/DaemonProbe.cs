using System.Globalization;
using System.Text;

namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>Asks a fresh connection what is behind it. The connection is used up afterwards.</summary>
internal static class DaemonProbe
{
    private const int LargestHeader = 16 << 10;
    private const byte SettingsFrame = 4;

    /// <summary><c>GET /_ping</c> of the Engine API over HTTP/1.1. A buildkitd does not know HTTP/1.1, and shows its frames or ends the connection.</summary>
    public static Task<ProbeAnswer> PingAsync(Stream stream, TimeSpan limit, CancellationToken cancellationToken) =>
        AskAsync(stream, "GET /_ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray(), limit, cancellationToken);

    /// <summary>The greeting of an HTTP/2 client, with empty settings.</summary>
    public static Task<ProbeAnswer> GreetAsync(Stream stream, TimeSpan limit, CancellationToken cancellationToken) =>
        AskAsync(stream, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray(), limit, cancellationToken);

    private static async Task<ProbeAnswer> AskAsync(Stream stream, byte[] question, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        var buffer = new byte[LargestHeader];
        var length = 0;
        try
        {
            await stream.WriteAsync(question, timer.Token);
            await stream.FlushAsync(timer.Token);
            while (length < buffer.Length && !IsEnough(buffer.AsSpan(0, length)))
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), timer.Token);
                if (read == 0)
                {
                    break;
                }

                length += read;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return length == 0 ? new ProbeAnswer(ProbeKind.Silent) : Read(buffer.AsSpan(0, length));
        }
        catch (IOException)
        {
            // The connection was reset; what had come by then counts.
        }

        return length == 0 ? new ProbeAnswer(ProbeKind.Closed) : Read(buffer.AsSpan(0, length));
    }

    private static bool IsEnough(ReadOnlySpan<byte> bytes) => bytes.StartsWith("HTTP/"u8) ? bytes.IndexOf("\r\n\r\n"u8) >= 0 : bytes.Length >= 9;

    private static ProbeAnswer Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("HTTP/1."u8))
        {
            return ReadHeader(Encoding.Latin1.GetString(bytes));
        }

        // Settings are the first frame of every HTTP/2 server, on stream 0.
        var isSettings = bytes.Length >= 9 && bytes[3] == SettingsFrame && bytes[4] == 0 && bytes[5..9].IndexOfAnyExcept((byte)0) < 0
            && ((bytes[0] << 16) | (bytes[1] << 8) | bytes[2]) % 6 == 0;
        return new ProbeAnswer(isSettings ? ProbeKind.Http2 : bytes.Length >= 2 && bytes[0] is 0x15 or 0x16 && bytes[1] == 3 ? ProbeKind.Tls : ProbeKind.Other);
    }

    private static ProbeAnswer ReadHeader(string text)
    {
        var lines = text.Split("\r\n");
        var status = lines[0].Split(' ') is [_, var code, ..] && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var answer = new ProbeAnswer(ProbeKind.Http1) { Status = status };
        foreach (var line in lines.Skip(1).TakeWhile(line => line.Length > 0))
        {
            var (name, value) = line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? (line[..colon], line[(colon + 1)..].Trim()) : ("", "");
            if (name.Equals("Api-Version", StringComparison.OrdinalIgnoreCase) && Version.TryParse(value, out var version))
            {
                answer = answer with { ApiVersion = version };
            }
            else if (name.Equals("Libpod-API-Version", StringComparison.OrdinalIgnoreCase))
            {
                answer = answer with { IsPodman = true };
            }
        }

        return answer;
    }
}
