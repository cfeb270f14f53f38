using System.Diagnostics;
using System.Text;

namespace OpenFaaS.Build.Processes;

/// <summary>Runs programs: no shell, bounded in time and output, and nothing is left running when the build is cancelled.</summary>
internal static class ToolRunner
{
    /// <summary>Runs a program to its end; any exit code is a result.</summary>
    /// <exception cref="ToolFailedException">It could not be started, or did not end in time.</exception>
    /// <exception cref="OperationCanceledException">The build was cancelled; the program and its children have been ended.</exception>
    public static async Task<ToolResult> RunAsync(ToolRun run, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(run.Timeout);
        using var process = ProcessLauncher.Start(run.File, run.Arguments, run.Folder, run.Environment);
        try
        {
            var output = run.Output is { } read
                ? ConsumeAsync(process.StandardOutput.BaseStream, read, limit.Token)
                : KeepAsync(process.StandardOutput.BaseStream, run.KeptOutput, limit.Token);
            var error = run.ErrorOutput is { } readError
                ? ConsumeAsync(process.StandardError.BaseStream, readError, limit.Token)
                : KeepAsync(process.StandardError.BaseStream, run.KeptOutput, limit.Token);
            var input = WriteInputAsync(process, run, limit.Token);

            // In the order in which they end: one that fails leaves the program waiting for ever, and with it the others.
            await foreach (var stream in Task.WhenEach(input, output, error))
            {
                await stream;
            }

            await process.WaitForExitAsync(limit.Token);
            return new ToolResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolFailedException($"it did not end within {run.Timeout.TotalSeconds:0.#} s", e);
        }
        finally
        {
            await ProcessLauncher.EndAsync(process, run.Grace, run.EndWork);
        }
    }

    private static async Task WriteInputAsync(Process process, ToolRun run, CancellationToken cancellationToken)
    {
        var pipe = new PipeInput(process.StandardInput.BaseStream);
        try
        {
            if (run.Input is { } write)
            {
                await write(pipe, cancellationToken);
            }

            process.StandardInput.Close();
        }
        catch (IOException) when (pipe.IsBroken)
        {
            // The program closed its input; its exit code and its messages say why.
        }
    }

    private static async Task<string> ConsumeAsync(Stream stream, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        await read(stream, cancellationToken);
        await stream.CopyToAsync(Stream.Null, cancellationToken);
        return "";
    }

    private static async Task<string> KeepAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var kept = new byte[limit];
        var length = await stream.ReadAtLeastAsync(kept, limit, throwOnEndOfStream: false, cancellationToken);
        await stream.CopyToAsync(Stream.Null, cancellationToken);
        return Encoding.UTF8.GetString(kept, 0, length);
    }
}
