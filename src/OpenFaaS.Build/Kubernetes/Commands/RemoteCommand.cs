using System.Net.WebSockets;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Kubernetes.Connections;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.Kubernetes.Commands;

/// <summary>
/// The streams of a command in a pod, over a WebSocket whose messages begin with a byte that names the stream: 0 input, 1 output, 2 error, 3 how the command
/// ended, 255 that a stream is closed. What is written is the command's input, what is read its output. Nothing is read ahead of the reader.
/// </summary>
internal sealed class RemoteCommand : DuplexStream
{
    private const byte Input = 0, Output = 1, Error = 2, Status = 3, Closed = 255;

    /// <summary>Bytes of one message; the other side reads no longer ones in one piece.</summary>
    private const int LongestMessage = 32 * 1024;
    private const int KeptError = 4096;
    private const int LongestStatus = 16 * 1024;

    private readonly WebSocket socket;
    private readonly TextTail error = new(KeptError);
    private readonly MemoryStream status = new();
    private readonly byte[] received = new byte[LongestMessage + 1];
    private readonly byte[] sent = new byte[LongestMessage + 1];
    private ReadOnlyMemory<byte> left;
    private byte channel;
    private bool isWithin;
    private bool ended;

    public RemoteCommand(WebSocket socket) => this.socket = socket;

    /// <summary>The last 4 KiB of standard error so far.</summary>
    public string ErrorText => error.ToString();

    /// <summary>How the command ended; null while it runs, or where the connection ended before that was said.</summary>
    public CommandStatus? Ended => CommandStatus.Parse(status.ToArray());

    private bool CanClose => socket.SubProtocol == PodSocketBuilder.ClosingProtocol;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
        {
            return 0;
        }

        while (left.Length == 0)
        {
            if (ended || !await ReceiveAsync(cancellationToken))
            {
                ended = true;
                return 0;
            }
        }

        var count = Math.Min(left.Length, buffer.Length);
        left[..count].CopyTo(buffer);
        left = left[count..];
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            var count = Math.Min(buffer.Length, LongestMessage);
            sent[0] = Input;
            buffer[..count].CopyTo(sent.AsMemory(1));
            await SendAsync(sent.AsMemory(0, count + 1), cancellationToken);
            buffer = buffer[count..];
        }
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Closes the command's input alone; the older sub-protocol has no word for it, and nothing is said then.</summary>
    public override async ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        if (CanClose)
        {
            await SendAsync(new byte[] { Closed, Input }, cancellationToken);
        }
    }

    /// <summary>
    /// Closes the command's input in every sub-protocol: the older one closes the whole connection from this side for it. Nothing is written afterwards, and
    /// what was written arrives only if this object lives on until the command has ended.
    /// </summary>
    /// <exception cref="IOException">The connection was cut.</exception>
    public async Task CloseInputAsync(CancellationToken cancellationToken)
    {
        if (CanClose)
        {
            await CompleteWritesAsync(cancellationToken);
            return;
        }

        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
        }
        catch (Exception e) when (IsCut(e, cancellationToken))
        {
            throw new IOException("The connection through the API server was cut.", e);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Abort();
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    // A socket that was aborted tells it as a cancellation that nobody asked for.
    private static bool IsCut(Exception e, CancellationToken cancellationToken) =>
        e is WebSocketException or ObjectDisposedException or InvalidOperationException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        ValueWebSocketReceiveResult result;
        try
        {
            result = await socket.ReceiveAsync(received.AsMemory(), cancellationToken);
        }
        catch (Exception e) when (IsCut(e, cancellationToken))
        {
            throw new IOException("The connection through the API server was cut.", e);
        }

        if (result.MessageType == WebSocketMessageType.Close)
        {
            return false;
        }

        ReadOnlyMemory<byte> bytes = received.AsMemory(0, result.Count);
        if (!isWithin && bytes.Length > 0)
        {
            channel = bytes.Span[0];
            bytes = bytes[1..];
        }

        isWithin = !result.EndOfMessage && (isWithin || result.Count > 0);
        return Take(bytes);
    }

    private bool Take(ReadOnlyMemory<byte> bytes)
    {
        switch (channel)
        {
            case Output:
                left = bytes;
                return true;
            case Error:
                error.Add(bytes.Span);
                return true;
            case Status when status.Length + bytes.Length <= LongestStatus:
                status.Write(bytes.Span);
                return true;
            case Closed:
                return true;
            default:
                throw new InvalidDataException("The API server's stream is not one of a command in a pod.");
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        catch (Exception e) when (IsCut(e, cancellationToken))
        {
            throw new IOException("The connection through the API server was cut.", e);
        }
    }
}
