using System.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Processes;

/// <summary>A program whose standard input and output are a connection. Disposing ends it and its children, whatever it does.</summary>
internal sealed class PipedProcess : DuplexStream
{
    private const int KeptError = 4096;
    private static readonly IReadOnlyDictionary<string, string?> NoVariables = new Dictionary<string, string?>();

    private readonly Process process;
    private readonly TextTail error = new(KeptError);
    private readonly Task<int> ended;
    private int disposed;

    private PipedProcess(Process process)
    {
        this.process = process;
        ended = EndAsync();
    }

    /// <summary>The last 4 KiB of standard error so far.</summary>
    public string Error => error.ToString();

    /// <summary>Its exit code, once it has ended and its standard error is read.</summary>
    public Task<int> Ended => ended;

    /// <summary>Starts a program; no shell reads the arguments.</summary>
    /// <param name="file">Full path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables besides the worker's own; a null value takes one away.</param>
    /// <exception cref="ToolFailedException">It could not be started.</exception>
    public static PipedProcess Start(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        new(ProcessLauncher.Start(file, arguments, null, environment ?? NoVariables));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        process.StandardInput.BaseStream.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => process.StandardInput.BaseStream.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        process.StandardInput.BaseStream.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref disposed, 1) == 0)
        {
            // Standard error is read up to the end that this brings; its pipe goes with the object.
            ProcessLauncher.End(process);
            process.StandardInput.BaseStream.Dispose();
            process.StandardOutput.BaseStream.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<int> EndAsync()
    {
        var reading = ReadErrorsAsync();
        await process.WaitForExitAsync();

        // A child that lives on may hold the pipe open; what the program itself said is in it by now.
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1)));
        return process.ExitCode;
    }

    private async Task ReadErrorsAsync()
    {
        var buffer = new byte[KeptError];
        try
        {
            while (await process.StandardError.BaseStream.ReadAsync(buffer) is > 0 and var count)
            {
                error.Add(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // There is no more to come.
        }
    }
}
