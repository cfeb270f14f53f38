using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes;

/// <summary>An HTTP proxy on loopback that opens tunnels (<c>CONNECT</c>) for those who log in.</summary>
internal sealed class TunnelProxy : IAsyncDisposable
{
    private const int LongestHead = 16 * 1024;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentQueue<string> targets = new();
    private readonly string accepted;
    private readonly Task serving;

    private TunnelProxy(string login)
    {
        accepted = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(login));
        listener.Start();
        serving = AcceptAsync();
    }

    /// <summary>Host and port.</summary>
    public string Address => listener.LocalEndpoint.ToString()!;

    /// <summary>Where tunnels were opened to, <c>localhost:1234</c>, in order.</summary>
    public IReadOnlyList<string> Targets => [.. targets];

    /// <summary>Starts it.</summary>
    /// <param name="login">The login that is accepted, <c>name:password</c>.</param>
    public static TunnelProxy Start(string login) => new(login);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(end.Token)));
            }
        }
        finally
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var own = client;
        try
        {
            var stream = client.GetStream();
            while (await HeadAsync(stream) is { } head)
            {
                var target = head.Split(' ')[1];
                if (!head.Contains($"Proxy-Authorization: {accepted}\r\n", StringComparison.OrdinalIgnoreCase))
                {
                    await SayAsync(stream, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0");
                    continue;
                }

                targets.Enqueue(target);
                var port = target.LastIndexOf(':');
                using var server = new TcpClient(AddressFamily.InterNetwork);
                await server.ConnectAsync(target[..port], int.Parse(target[(port + 1)..], System.Globalization.CultureInfo.InvariantCulture), end.Token);
                await SayAsync(stream, "200 Connection established");
                await Task.WhenAny(stream.CopyToAsync(server.GetStream(), end.Token), server.GetStream().CopyToAsync(stream, end.Token));
                return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One of the two went away.
        }
    }

    private async Task<string?> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[1];
        while (head.Length < LongestHead && await stream.ReadAsync(buffer, end.Token) > 0)
        {
            head.Append((char)buffer[0]);
            if (buffer[0] == '\n' && head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                return head.ToString();
            }
        }

        return null;
    }

    private Task SayAsync(NetworkStream stream, string answer) => stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\n\r\n"), end.Token).AsTask();
}
