using System.Collections.Concurrent;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit;

/// <summary>The traces of a publish, one a file: functions of a stack share one. Safe for concurrent use.</summary>
internal sealed class TraceFiles
{
    private readonly ConcurrentDictionary<string, SolveTrace> traces = new(StringComparer.Ordinal);

    /// <summary>Begins a function's part of the trace that it asks for, if it does.</summary>
    public FunctionTrace Begin(FunctionModel function) => function.Builder.TraceFile is { } path
        ? new FunctionTrace(path, traces.GetOrAdd(path, _ => new SolveTrace()).For(function.Name.Value))
        : new FunctionTrace(null, null);
}

/// <summary>A function's part of a trace; the file is written with its end, also after a failure.</summary>
/// <param name="path">Full path of the file, or null.</param>
/// <param name="trace">The part, or null where no trace is asked for.</param>
internal sealed class FunctionTrace(string? path, SolveTrace? trace) : IAsyncDisposable
{
    public SolveTrace? Trace => trace;

    public async ValueTask DisposeAsync()
    {
        trace?.End();
        if (trace is not null && path is not null)
        {
            await trace.WriteAsync(path, CancellationToken.None);
        }
    }
}
