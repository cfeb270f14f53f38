using System.Net;
using System.Net.Sockets;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

/// <summary>A port where something that is no BuildKit answers every connection in the same way.</summary>
internal sealed class PeerStandIn : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<Stream, CancellationToken, Task> answer;
    private readonly Task loop;

    /// <summary>Starts it; a connection is closed when its answer ends.</summary>
    public PeerStandIn(Func<Stream, CancellationToken, Task> answer)
    {
        this.answer = answer;
        listener.Start();
        loop = AcceptAsync();
    }

    public string Address => $"tcp://{listener.LocalEndpoint}";

    public static PeerStandIn Silent() => new((_, token) => Task.Delay(Timeout.Infinite, token));

    public static PeerStandIn Closing() => new(async (stream, token) => await stream.ReadAtLeastAsync(new byte[10], 1, false, token));

    public static PeerStandIn Saying(byte[] bytes) => new(async (stream, token) =>
    {
        await stream.ReadAtLeastAsync(new byte[10], 1, false, token);
        await stream.WriteAsync(bytes, token);
        await Task.Delay(Timeout.Infinite, token);
    });

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> served = [];
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        using var client = accepted;
        try
        {
            await answer(client.GetStream(), stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The client went away, which is its right.
        }
    }
}
