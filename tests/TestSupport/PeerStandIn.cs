using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A port where every connection is answered in the same way.</summary>
public sealed class PeerStandIn : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TcpListener listener;
    private readonly Func<Socket, CancellationToken, Task> answer;
    private readonly Task loop;

    /// <summary>Starts it; a connection is closed when its answer ends.</summary>
    /// <param name="answer">Answers a connection; it may fail as a connection does when the other side goes away.</param>
    /// <param name="address">Address to listen on; the others of 127/8 are other hosts to a client.</param>
    public PeerStandIn(Func<Socket, CancellationToken, Task> answer, string address = "127.0.0.1")
    {
        this.answer = answer;
        listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        Name = listener.LocalEndpoint.ToString()!;
        loop = AcceptAsync();
    }

    /// <summary><c>address:port</c></summary>
    public string Name { get; }

    /// <summary><c>tcp://address:port</c></summary>
    public string Address => "tcp://" + Name;

    /// <summary>As above, with a stream.</summary>
    public static PeerStandIn Answering(Func<Stream, CancellationToken, Task> answer) => new(async (socket, token) =>
    {
        await using var stream = new NetworkStream(socket);
        await answer(stream, token);
    });

    public static PeerStandIn Silent() => new((_, token) => Task.Delay(Timeout.Infinite, token));

    public static PeerStandIn Closing() => Answering(async (stream, token) => await stream.ReadAtLeastAsync(new byte[10], 1, false, token));

    public static PeerStandIn Saying(byte[] bytes) => Answering(async (stream, token) =>
    {
        await stream.ReadAtLeastAsync(new byte[10], 1, false, token);
        await stream.WriteAsync(bytes, token);
        await Task.Delay(Timeout.Infinite, token);
    });

    /// <inheritdoc/>
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
                served.Add(ServeAsync(await listener.AcceptSocketAsync(stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(Socket accepted)
    {
        using var socket = accepted;
        try
        {
            await answer(socket, stop.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or AuthenticationException or ObjectDisposedException)
        {
            // The client went away, which is its right.
        }
    }
}
