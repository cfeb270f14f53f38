using System;
using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;

namespace OpenFaaS.Build.Tasks;

/// <summary>The worker's process. Its lines are handled on the thread that calls <see cref="Run"/>.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>How long output is awaited after the worker has ended: a process that it left behind may hold the pipe.</summary>
    private static readonly TimeSpan OutputPeriod = TimeSpan.FromSeconds(2);

    private readonly TimeSpan gracePeriod;
    private readonly Process process;
    private readonly BlockingCollection<(string Line, bool IsError)> lines = new();
    private readonly Timer killer;
    private int openStreams = 2;

    public WorkerProcess(TimeSpan gracePeriod, string file, string workingDirectory, params string[] arguments)
    {
        this.gracePeriod = gracePeriod;
#pragma warning disable RS0030 // The one place where the tasks start a program.
        process = new Process
#pragma warning restore RS0030
        {
            StartInfo = new ProcessStartInfo(file, string.Join(" ", arguments.Select(Quote)))
            {
                WorkingDirectory = workingDirectory,
                UseShellExecute = false,
                CreateNoWindow = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
                StandardErrorEncoding = Encoding.UTF8,
            },
        };
        process.OutputDataReceived += (_, e) => Receive(e.Data, isError: false);
        process.ErrorDataReceived += (_, e) => Receive(e.Data, isError: true);
        killer = new Timer(_ => ProcessTree.Kill(process));
    }

    /// <summary>Runs the worker to its end; null if it could not be started.</summary>
    public int? Run(WorkerOutput output, WorkerCancellation cancellation)
    {
        try
        {
#pragma warning disable RS0030 // The one place where the tasks start a program.
            process.Start();
#pragma warning restore RS0030
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            output.Handle("'" + process.StartInfo.FileName + "' cannot be started: " + e.Message, isError: true);
            return null;
        }

        cancellation.OnCancel(Stop);
        try
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            Pump(output);
            // With a number, since the form without one waits for the end of the pipes, too.
            process.WaitForExit(int.MaxValue);
            return process.ExitCode;
        }
        finally
        {
            cancellation.OnCancel(null);
        }
    }

    public void Dispose()
    {
        killer.Dispose();
        process.Dispose();
    }

    private void Pump(WorkerOutput output)
    {
        Stopwatch? sinceExit = null;
        while (!lines.IsCompleted)
        {
            if (lines.TryTake(out var line, millisecondsTimeout: 100))
            {
                output.Handle(line.Line, line.IsError);
            }
            else if (process.HasExited)
            {
                sinceExit ??= Stopwatch.StartNew();
                if (sinceExit.Elapsed > OutputPeriod)
                {
                    break;
                }
            }
        }
    }

    private void Stop()
    {
        killer.Change(gracePeriod, Timeout.InfiniteTimeSpan);
        try
        {
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The worker has ended by itself.
        }
    }

    private void Receive(string? line, bool isError)
    {
        if (line is not null)
        {
            lines.Add((line, isError));
        }
        else if (Interlocked.Decrement(ref openStreams) == 0)
        {
            lines.CompleteAdding();
        }
    }

    // The quoting that .NET undoes on every operating system: backslashes count only before a quote.
    private static string Quote(string argument)
    {
        var text = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var c in argument)
        {
            text.Append('\\', c == '"' ? backslashes + 1 : 0).Append(c);
            backslashes = c == '\\' ? backslashes + 1 : 0;
        }

        return text.Append('\\', backslashes).Append('"').ToString();
    }
}
