using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>The server's side of the streams of a command, over a WebSocket.</summary>
/// <param name="socket">The WebSocket.</param>
/// <param name="canClose">Whether its sub-protocol closes channels one by one.</param>
internal sealed class SocketChannels(WebSocket socket, bool canClose) : IDisposable
{
    private readonly SemaphoreSlim sending = new(1);
    private readonly byte[] message = new byte[64 * 1024];
    private int left;
    private int start;
    private bool isWithin;

    /// <summary>Whether the client can close its input alone.</summary>
    public bool CanClose => canClose;

    /// <summary>The next bytes of standard input; zero at its end.</summary>
    public async ValueTask<int> ReadInputAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (left == 0)
        {
            var result = await socket.ReceiveAsync(message.AsMemory(), cancellationToken);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return 0;
            }

            var wasWithin = isWithin;
            isWithin = !result.EndOfMessage;
            (start, left) = wasWithin ? (0, result.Count) : (1, result.Count - 1);
            if (!wasWithin && result.Count > 0 && message[0] == 255 && canClose)
            {
                return 0;
            }

            if (!wasWithin && (result.Count == 0 || message[0] != 0))
            {
                throw new IOException("The client wrote to a channel that is not its own.");
            }
        }

        var count = Math.Min(left, buffer.Length);
        message.AsMemory(start, count).CopyTo(buffer);
        (start, left) = (start + count, left - count);
        return count;
    }

    /// <summary>Waits until the client closes.</summary>
    public async Task ClosedAsync(CancellationToken cancellationToken)
    {
        while (socket.State == WebSocketState.Open)
        {
            await socket.ReceiveAsync(message.AsMemory(), cancellationToken);
        }
    }

    public Stream Input() => new InputStream(this);

    public Stream Output(byte channel) => new OutputStream(this, channel);

    public async Task SendAsync(byte channel, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(new byte[] { channel }.Concat(bytes.ToArray()).ToArray(), WebSocketMessageType.Binary, true, cancellationToken);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Says how the command ended, and closes.</summary>
    public Task EndAsync(int exitCode, CancellationToken cancellationToken) => EndAsync(
        exitCode == 0
            ? new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" }
            : new JsonObject
            {
                ["metadata"] = new JsonObject(), ["status"] = "Failure", ["reason"] = "NonZeroExitCode",
                ["message"] = $"command terminated with non-zero exit code: exit status {exitCode}",
                ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = exitCode.ToString(CultureInfo.InvariantCulture) }) },
            },
        cancellationToken);

    /// <summary>Says that nothing was run or attached to, and closes.</summary>
    public Task FailAsync(string why, CancellationToken cancellationToken) => EndAsync(
        new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Failure", ["reason"] = "InternalError", ["message"] = why, ["code"] = 500 }, cancellationToken);

    public void Dispose() => sending.Dispose();

    private async Task EndAsync(JsonObject status, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(3, Encoding.UTF8.GetBytes(status.ToJsonString()), cancellationToken);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException)
        {
            // The client went first.
        }
    }

    private sealed class InputStream(SocketChannels owner) : ReadOnlyStream
    {
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => owner.ReadInputAsync(buffer, cancellationToken);

        public override int Read(Span<byte> buffer) => throw new NotSupportedException();
    }

    private sealed class OutputStream(SocketChannels owner, byte channel) : WriteOnlyStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await owner.SendAsync(channel, buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
