using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A connection in memory: gives what it was made with in pieces of a size, keeps what is written, and can stay silent at the end.</summary>
internal sealed class DuplexDouble(byte[] incoming, int piece = int.MaxValue, bool staysOpen = false) : DuplexStream
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MemoryStream written = new();
    private readonly Queue<byte> left = new(incoming);

    /// <summary>What was written so far.</summary>
    public byte[] Written => written.ToArray();

    /// <summary>Whether the other side was told that no more comes.</summary>
    public bool IsCompleted { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Ends a connection that stays open.</summary>
    /// <param name="more">Bytes that come before the end.</param>
    public void End(byte[] more)
    {
        foreach (var value in more)
        {
            left.Enqueue(value);
        }

        ended.SetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left.Count == 0 && staysOpen)
        {
            await ended.Task.WaitAsync(cancellationToken);
        }

        var count = Math.Min(Math.Min(buffer.Length, piece), left.Count);
        for (var i = 0; i < count; i++)
        {
            buffer.Span[i] = left.Dequeue();
        }

        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => written.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        IsCompleted = true;
        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
