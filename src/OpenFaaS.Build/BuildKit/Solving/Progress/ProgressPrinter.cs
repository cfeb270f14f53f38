using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.BuildKit.Solving.Progress;

/// <summary>Tells the user of steps, as <c>ContainerProgress</c> wants it.</summary>
internal sealed class ProgressPrinter(ProgressMode mode, IBuildLog log)
{
    /// <summary>Bytes of output shown of a step.</summary>
    private const int MostOutput = 2 << 20;

    private readonly Dictionary<int, int> shown = [];

    /// <summary>A step has become known or has begun.</summary>
    public void Begin(Step step)
    {
        if (mode == ProgressMode.Plain && !step.Announced && step.Started is not null)
        {
            step.Announced = true;
            Print(step, step.Name);
        }
    }

    /// <summary>A step has ended. It is told once.</summary>
    public void End(Step step)
    {
        if (step.Told)
        {
            return;
        }

        step.Told = true;
        var size = step.Transferred > 0 ? OutputText.Size(step.Transferred) + ", " : "";
        var outcome = step switch
        {
            { IsCancelled: true } => "CANCELED",
            { Error.Length: > 0 } => "ERROR: " + step.Error,
            { Cached: true } => "CACHED",
            _ => size + OutputText.Seconds(step.Duration),
        };
        if (mode == ProgressMode.Plain)
        {
            Begin(step);
            Print(step, step is { Error: "", Cached: false } ? "DONE " + outcome : outcome);
        }
        else if (mode == ProgressMode.Auto)
        {
            log.Message(MessageImportance.Normal, $"{step.Name}: {outcome}");
        }
    }

    /// <summary>A line of a step's output, or a part of a step that has ended.</summary>
    public void Line(Step step, string text)
    {
        if (mode != ProgressMode.Plain)
        {
            return;
        }

        var before = shown.GetValueOrDefault(step.Number);
        if (before >= MostOutput)
        {
            return;
        }

        shown[step.Number] = before + text.Length + 1;
        Begin(step);
        Print(step, before + text.Length + 1 >= MostOutput ? "[output clipped]" : text);
    }

    /// <summary>The output of a step that failed, where it was not shown before.</summary>
    public void Failure(Step step, IReadOnlyList<string> tail)
    {
        if (mode != ProgressMode.Auto || tail.Count == 0)
        {
            return;
        }

        log.Message(MessageImportance.High, step.Name);
        foreach (var line in tail)
        {
            log.Message(MessageImportance.High, "  " + line);
        }
    }

    /// <summary>The last line of a solve.</summary>
    public void Summary(SolveSummary summary)
    {
        if (mode != ProgressMode.Quiet)
        {
            log.Message(MessageImportance.Normal, string.Create(
                CultureInfo.InvariantCulture, $"BuildKit: {summary.Steps} steps, {summary.Cached} cached, {OutputText.Size(summary.BytesSent)} sent."));
        }
    }

    private void Print(Step step, string text) =>
        log.Message(MessageImportance.High, string.Create(CultureInfo.InvariantCulture, $"#{step.Number} {text}"));
}
