namespace OpenFaaS.Build.Processes;

/// <summary>A program to run.</summary>
/// <param name="File">Full path of the program, as <see cref="ToolPath"/> finds it.</param>
/// <param name="Arguments">Arguments; each reaches the program as it is, no shell reads them.</param>
/// <param name="Timeout">After this time the program and its children are ended.</param>
internal sealed record ToolRun(string File, IReadOnlyList<string> Arguments, TimeSpan Timeout)
{
    /// <summary>Writes the program's standard input; null gives an empty one.</summary>
    public Func<Stream, CancellationToken, Task>? Input { get; init; }

    /// <summary>Folder in which the program runs; null for the worker's own.</summary>
    public string? Folder { get; init; }

    /// <summary>Environment variables besides the worker's own; a null value takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Reads the program's standard output as it comes; what it leaves is thrown away. Null keeps the beginning as <see cref="ToolResult.Output"/>.</summary>
    public Func<Stream, CancellationToken, Task>? Output { get; init; }

    /// <summary>Likewise for standard error; null keeps the beginning as <see cref="ToolResult.Error"/>.</summary>
    public Func<Stream, CancellationToken, Task>? ErrorOutput { get; init; }

    /// <summary>How long the program may clean up when it is ended before its time: it gets SIGTERM first. Zero ends it at once.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>
    /// Ends what the program waits for, again and again while it may clean up: for programs that, asked to end, leave everything behind. They are
    /// not asked before the time for it is over. Null asks at once.
    /// </summary>
    public Action? EndWork { get; init; }

    /// <summary>Bytes that are kept of each of the two outputs; what comes after them is read and thrown away.</summary>
    public int KeptOutput { get; init; } = 64 * 1024;
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">The beginning of standard output.</param>
/// <param name="Error">The beginning of standard error.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Error);

/// <summary>A program could not be started, or did not end in time. The message is a phrase for a diagnostic.</summary>
internal sealed class ToolFailedException(string message, Exception? inner = null) : Exception(message, inner);
