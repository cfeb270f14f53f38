using System.IO.Pipelines;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>A pod on the double's node: its input, its log, and how it is killed.</summary>
internal sealed class PodInstance
{
    private readonly Pipe input = new(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19));

    public PodLogBook Log { get; } = new();

    /// <summary>Cancelled where the container is killed.</summary>
    public CancellationTokenSource Kill { get; } = new();

    /// <summary>Reason and exit code of a killing from outside; null where the container ends by itself.</summary>
    public (string Reason, int ExitCode)? Killed { get; set; }

    /// <summary>Ends when the container has ended; its status says so somewhat later.</summary>
    public TaskCompletionSource Exited { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the container has ended and its status says so.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the container runs, or has run.</summary>
    public bool HasStarted => IsRunning || Exited.Task.IsCompleted;

    /// <summary>Whether the container runs.</summary>
    public bool IsRunning { get; set; }

    /// <summary>Bytes of standard input so far.</summary>
    public long Received { get; private set; }

    public Stream Input => input.Reader.AsStream();

    /// <summary>Gives bytes to standard input; waits while nobody reads them.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Received += bytes.Length;
        await input.Writer.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>Closes standard input: with stdinOnce that is the end of the first who was attached.</summary>
    public void CloseInput() => input.Writer.Complete();
}
