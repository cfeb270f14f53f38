using System.Text.RegularExpressions;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Results;

/// <summary>
/// Follows a build by the log of the builder, which names what BuildKit tells it: <c>v: TIME STEP</c> for a step that begins, with a duration at its end for one
/// that has ended, <c>s: TIME WHAT NUMBER</c> for a part of one, <c>l: TIME TEXT</c> for output. Lines of another form are output too.
/// </summary>
internal sealed partial class BuildProgress
{
    private const string Output = "l: ";
    private const int LongestLine = 8 * 1024;
    private const int LongestName = 1000;
    private const int KnownSteps = 5_000;
    private const int RecentSteps = 100;

    private readonly HashSet<string> steps = new(StringComparer.Ordinal);
    private readonly List<string> recent = [];
    private readonly ImageReference image;
    private readonly ToolOutput output;
    private string? begun;
    private string part = "";

    public BuildProgress(ProgressMode mode, IBuildLog log, ImageReference image) => (this.image, output) = (image, new ToolOutput(mode, log, _ => begun));

    /// <summary>The digest that the builder says it pushed under the image's name; null where it does not say.</summary>
    public Digest? Pushed { get; private set; }

    /// <summary>The step that began last; empty before the first.</summary>
    public string Step => output.Step;

    /// <summary>The last line that was no step; empty where there was none.</summary>
    public string LastLine { get; private set; } = "";

    /// <summary>The step whose command a failure quotes; else the one that began last.</summary>
    public string StepOf(string error) =>
        Process().Match(error) is { Success: true } match && recent.FindLast(step => step.EndsWith(match.Groups["command"].Value, StringComparison.Ordinal)) is { } found ? found : Step;

    /// <summary>The last lines, as the end of a message; shown by themselves too, where they were not yet.</summary>
    public string Tail() => output.Failure();

    /// <summary>Takes an entry of the log.</summary>
    public void Take(string entry)
    {
        // What a step prints may look like anything, and have several lines.
        var isOutput = entry.StartsWith(Output, StringComparison.Ordinal);
        foreach (var line in entry.TrimEnd('\n').Split('\n'))
        {
            TakeLine(line, isOutput);
        }
    }

    private void TakeLine(string raw, bool isOutput)
    {
        var line = OutputText.Clean(raw, LongestLine);
        var match = Entry().Match(line);
        var text = match.Success ? match.Groups["text"].Value : line;
        if (!isOutput && Manifest().Match(text) is { Success: true } pushed && ImageReference.TryParse(pushed.Groups["name"].Value, out var name)
            && name.Name == image.Name && (name.Tag ?? "latest") == (image.Tag ?? "latest"))
        {
            Pushed = name.Digest;
        }

        switch (match.Success ? match.Groups["kind"].Value : "")
        {
            case "v":
                TakeStep(OutputText.Clean(Completed().Replace(text, ""), LongestName));
                break;
            case "s":
                TakePart(Number().Replace(text, ""));
                break;
            default:
                LastLine = text.Trim().Length > 0 ? text.Trim() : LastLine;
                output.Take(text);
                break;
        }
    }

    private void TakeStep(string name)
    {
        // It is told again when it ends, and whenever another client asks for it.
        if (steps.Count < KnownSteps && steps.Add(name))
        {
            if (recent.Count == RecentSteps)
            {
                recent.RemoveAt(0);
            }

            recent.Add(name);
            begun = name;
            output.Take(name);
            begun = null;
        }
    }

    // Told many times a second, with another number each time.
    private void TakePart(string name)
    {
        if (name != part)
        {
            part = name;
            output.Take(name);
        }
    }

    [GeneratedRegex(@"\A(?<kind>[vsl]): (?<time>[0-9TZ:.+-]{10,40}) (?<text>.*)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    [GeneratedRegex(@" [0-9]{1,9}\.[0-9]{2}s\z", RegexOptions.CultureInvariant)]
    private static partial Regex Completed();

    [GeneratedRegex(@" [0-9]{1,19}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"pushing manifest for (?<name>[^\s@]{1,500}@sha256:[0-9a-f]{64})", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Manifest();

    [GeneratedRegex("process \"(?:/bin/sh -c )?(?<command>.+)\" did not complete", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Process();
}
