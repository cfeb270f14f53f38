using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.BuildKit.Solving.Tracing;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>
/// The steps of the solves of several functions with their times, for <c>ContainerTrace</c>. One for a build; every function gets its own part by
/// <see cref="For"/>. Safe for concurrent use, and bounded.
/// </summary>
internal sealed class SolveTrace
{
    private const string Unnamed = "build";

    private readonly TraceRecorder recorder;
    private readonly string function;
    private readonly HiddenValues hidden;

    public SolveTrace(TimeProvider? time = null)
        : this(new TraceRecorder(time ?? TimeProvider.System), Unnamed, HiddenValues.None)
    {
    }

    private SolveTrace(TraceRecorder recorder, string function, HiddenValues hidden) => (this.recorder, this.function, this.hidden) = (recorder, function, hidden);

    /// <summary>The part of a function; its time begins now.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="hidden">Values that its steps' names and errors may hold and the file must not.</param>
    public SolveTrace For(string function, HiddenValues? hidden = null)
    {
        recorder.Begin(function);
        return new SolveTrace(recorder, function, hidden ?? HiddenValues.None);
    }

    /// <summary>The function's time ends now. Without it, it ends with its last step.</summary>
    public void End() => recorder.End(function);

    /// <summary>Takes up a step that has ended; the same run told again replaces the first.</summary>
    public void Add(Step step)
    {
        if (step.Started is { } started && step.Completed is { } completed)
        {
            recorder.Add(function, new TraceSpan(hidden.In(step.Name), step.Digest, started, completed < started ? started : completed, step.Cached, hidden.In(step.Error)));
        }
    }

    /// <summary>Writes all parts into a file, whole or not at all: OTLP JSON where its name ends in <c>.otlp.json</c> or <c>.otlp</c>, else the Chrome trace format.</summary>
    /// <exception cref="DiagnosticException">The file cannot be written.</exception>
    public Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        var functions = recorder.Functions();
        var otlp = path.EndsWith(".otlp.json", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".otlp", StringComparison.OrdinalIgnoreCase);
        return AtomicFile.WriteAsync(path, otlp ? OtlpTrace.Write(functions) : ChromeTrace.Write(functions), cancellationToken);
    }
}
