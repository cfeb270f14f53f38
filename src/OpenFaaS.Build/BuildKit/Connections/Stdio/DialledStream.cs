using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.BuildKit.Connections.Stdio;

/// <summary>Says why a connection through a program ended.</summary>
/// <param name="greeted">Whether the daemon had been reached by then.</param>
/// <param name="said">What came in place of the daemon's first bytes; mostly empty.</param>
internal delegate Task<DiagnosticException> EndExplanation(bool greeted, string said);

/// <summary>
/// A connection that a program stands behind, or a daemon of our own. A server of HTTP/2 sends a SETTINGS frame before all else, so the first byte tells
/// whether the daemon has been reached, and an early end is known while the error can still be the program's own. A later end is an
/// <see cref="IOException"/> whose inner exception is coded.
/// </summary>
internal sealed class DialledStream : DuplexStream
{
    private const int LongestText = 4096;
    private readonly Stream inner;
    private readonly Lazy<Task<DiagnosticException>> end;
    private readonly byte[] first = new byte[LongestText];
    private Task<int>? pending;
    private ReadOnlyMemory<byte> left;
    private string said = "";
    private volatile bool greeted;
    private volatile bool disposed;

    private DialledStream(Stream inner, EndExplanation explain)
    {
        this.inner = inner;
        end = new Lazy<Task<DiagnosticException>>(() => explain(greeted, said));
    }

    /// <summary>Waits for the daemon's first bytes; a way that stays silent for longer is handed out as it is, since a proxy may wait for ours.</summary>
    /// <param name="inner">The connection; disposed if the daemon is not reached.</param>
    /// <param name="explain">Says why it ended.</param>
    /// <param name="silence">How long to wait for the first bytes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels, and ends the connection.</param>
    /// <exception cref="DiagnosticException">The connection ended, or text came that is not HTTP/2.</exception>
    public static async Task<Stream> OpenAsync(
        Stream inner, EndExplanation explain, TimeSpan silence, TimeProvider time, CancellationToken cancellationToken)
    {
        var stream = new DialledStream(inner, explain);
        try
        {
            await stream.GreetAsync(silence, time, cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (pending is { } read)
        {
            var count = await GuardAsync(() => read.WaitAsync(cancellationToken));
            pending = null;
            left = first.AsMemory(0, count);
        }

        if (left.Length > 0)
        {
            var count = Math.Min(left.Length, buffer.Length);
            left[..count].CopyTo(buffer);
            left = left[count..];
            return count;
        }

        return buffer.Length == 0 ? 0 : await GuardAsync(() => inner.ReadAsync(buffer, cancellationToken).AsTask());
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException) when (!disposed)
        {
            throw Ended(await end.Value);
        }
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override ValueTask CompleteWritesAsync(CancellationToken cancellationToken) =>
        inner is DuplexStream duplex ? duplex.CompleteWritesAsync(cancellationToken) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        disposed = true;
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IOException Ended(DiagnosticException cause) => new(cause.Message, cause);

    // A connection of HTTP/2 ends by a frame that says so; bytes that just end are always an error.
    private async ValueTask<int> GuardAsync(Func<Task<int>> read)
    {
        try
        {
            if (await read() is > 0 and var count)
            {
                greeted = true;
                return count;
            }
        }
        catch (Exception e) when (!disposed && e is IOException or InvalidDataException)
        {
            said = e is InvalidDataException ? e.Message : said;
        }

        return disposed ? 0 : throw Ended(await end.Value);
    }

    private async Task GreetAsync(TimeSpan silence, TimeProvider time, CancellationToken cancellationToken)
    {
        pending = inner.ReadAsync(first, CancellationToken.None).AsTask();
        int count;
        try
        {
            count = await pending.WaitAsync(silence, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            (count, said) = (0, e is InvalidDataException ? e.Message : "");
        }

        // The length of a first SETTINGS frame is far below 64 KiB, so its first byte is zero, and no text begins so.
        if (count > 0 && first[0] == 0)
        {
            greeted = true;
            return;
        }

        said = count > 0 ? await ReadTextAsync(count, time, cancellationToken) : said;
        throw await end.Value;
    }

    private async Task<string> ReadTextAsync(int length, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (length < first.Length && await inner.ReadAsync(first.AsMemory(length), both.Token) is > 0 and var count)
            {
                length += count;
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is IOException or OperationCanceledException)
        {
            // What came is enough.
        }

        return Encoding.UTF8.GetString(first, 0, length);
    }
}
