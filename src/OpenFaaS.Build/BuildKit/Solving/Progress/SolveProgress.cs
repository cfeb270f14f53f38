using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving.Progress;

/// <summary>Follows one solve by its status stream. Used by one reader at a time; whatever a daemon sends, memory is bounded and nothing is thrown.</summary>
internal sealed class SolveProgress
{
    private const string Transferring = "transferring ";
    private const int LongestStatus = 300;
    private const int MostIgnored = 20;

    // A probe of the cache begins and ends a step in no time, before it is run.
    private static readonly TimeSpan Probe = TimeSpan.FromMilliseconds(2);

    private readonly StepTable steps = new();
    private readonly BaseImages bases = new();
    private readonly ProgressPrinter printer;
    private readonly LintWarnings warnings;
    private readonly StepOutputs outputs;
    private readonly IBuildLog log;
    private readonly SolveTrace? trace;

    public SolveProgress(SolvePlan plan, SolveTrace? trace, WarningMemory? told = null)
    {
        log = plan.Session.Log;
        this.trace = trace;
        printer = new ProgressPrinter(plan.Progress, log);
        warnings = new LintWarnings(DockerfileName.Of(plan), log, told ?? new WarningMemory());
        outputs = new StepOutputs((digest, text) => Told(digest, text));
    }

    /// <summary>Whether the daemon has told anything.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether a step ran that cannot be called preparation.</summary>
    public bool HasRunSteps { get; private set; }

    public IReadOnlyDictionary<string, string> Bases => bases.Digests;

    /// <summary>Takes up a message.</summary>
    public void Take(StatusResponse message)
    {
        HasBegun = true;
        var changed = new HashSet<Step>();
        foreach (var vertex in message.Vertexes)
        {
            if (steps.Take(vertex) is { } step)
            {
                HasRunSteps |= step is { IsPreparation: false, Started: not null };
                printer.Begin(step);
                bases.Take(step.Name);
                changed.Add(step);
            }
        }

        foreach (var status in message.Statuses)
        {
            Take(status);
        }

        foreach (var chunk in message.Logs)
        {
            if (steps.Find(chunk.Vertex) is not null)
            {
                outputs.Take(chunk);
            }
        }

        foreach (var warning in message.Warnings)
        {
            warnings.Take(warning);
        }

        foreach (var step in changed.Where(step => step.Completed is not null).OrderBy(step => step.Number))
        {
            outputs.End(step.Digest);
            trace?.Add(step);
            if (step.Cached || step.Error.Length > 0 || step.Duration > Probe)
            {
                printer.End(step);
            }
        }
    }

    /// <summary>Ends what was held back.</summary>
    public void End()
    {
        foreach (var step in steps.All.Where(step => step.Completed is not null))
        {
            printer.End(step);
        }

        warnings.End();
    }

    /// <summary>Ends a solve that succeeded: the last line, and what failed without harm.</summary>
    public SolveSummary Succeed(long bytesSent)
    {
        foreach (var step in steps.All.Where(step => step is { Error.Length: > 0, IsCancelled: false }).Take(MostIgnored))
        {
            log.Report(BuildKitSolveDiagnostics.StepIgnored.With(step.Name, step.Error));
        }

        // A daemon that does one step for two builds at once tells it twice, by two digests: the name is what the user's Dockerfile has once.
        var ended = steps.All.Where(step => step is { IsInstruction: true, Completed: not null }).GroupBy(step => step.Name, StringComparer.Ordinal).ToList();
        var summary = new SolveSummary(ended.Count, ended.Count(same => same.Any(step => step.Cached)), bytesSent);
        printer.Summary(summary);
        return summary;
    }

    /// <summary>The step that made a solve fail: the one that the daemon names, else one whose error is in the daemon's text, else the first that failed by itself.</summary>
    public Step? Failed(string? digest, string text)
    {
        var failed = steps.All.Where(step => step is { Error.Length: > 0, IsCancelled: false }).ToList();
        return steps.Find(digest) ?? failed.Find(step => step.IsQuotedIn(text)) ?? failed.FirstOrDefault();
    }

    /// <summary>The last lines of a step's output, which the user is shown too.</summary>
    public IReadOnlyList<string> Output(Step step)
    {
        var tail = outputs.Tail(step.Digest);
        printer.Failure(step, tail);
        return tail;
    }

    private void Take(VertexStatus status)
    {
        if (steps.Find(status.Vertex) is not { } step)
        {
            return;
        }

        if (status.Id.StartsWith(Transferring, StringComparison.Ordinal))
        {
            step.Transferred = status.Current;
        }

        if (WireTimes.Of(status.Completed) is { } completed)
        {
            var size = status.Current > 0 ? " " + OutputText.Size(status.Current) : "";
            var time = WireTimes.Of(status.Started) is { } started ? " " + OutputText.Seconds(completed - started) : "";
            printer.Line(step, OutputText.Phrase(status.Id, LongestStatus) + size + time + " done");
        }
    }

    private void Told(string digest, string text)
    {
        if (steps.Find(digest) is { } step)
        {
            printer.Line(step, text);
        }
    }
}
