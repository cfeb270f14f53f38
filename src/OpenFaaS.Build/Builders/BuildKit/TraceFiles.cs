using System.Collections.Concurrent;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit;

/// <summary>The traces of a publish, one a file: functions of a stack share one. Safe for concurrent use.</summary>
internal sealed class TraceFiles
{
    private readonly ConcurrentDictionary<string, SolveTrace> traces = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim writing = new(1);

    /// <summary>Begins a function's part of the trace that it asks for, if it does.</summary>
    public FunctionTrace Begin(FunctionModel function, IBuildLog log) => function.Builder.TraceFile is { } path
        ? new FunctionTrace(path, traces.GetOrAdd(path, _ => new SolveTrace()).For(function.Name.Value, function.Builder.Hidden), writing, log)
        : new FunctionTrace(null, null, writing, log);
}

/// <summary>A function's part of a trace; the file is written with its end, also after a failure.</summary>
/// <param name="path">Full path of the file, or null.</param>
/// <param name="trace">The part, or null where no trace is asked for.</param>
/// <param name="writing">Lets one function write at a time: a file that was written later holds more.</param>
/// <param name="log">Is told where the file cannot be written, which fails no build.</param>
internal sealed class FunctionTrace(string? path, SolveTrace? trace, SemaphoreSlim writing, IBuildLog log) : IAsyncDisposable
{
    public SolveTrace? Trace => trace;

    public async ValueTask DisposeAsync()
    {
        if (trace is null || path is null)
        {
            return;
        }

        trace.End();
        await writing.WaitAsync();
        try
        {
            await trace.WriteAsync(path, CancellationToken.None);
        }
        catch (DiagnosticException e)
        {
            log.Report(BuildKitBuildDiagnostics.TraceNotWritten.With(path, e.Diagnostics[0].Message.TrimEnd('.')));
        }
        finally
        {
            writing.Release();
        }
    }
}
