using System.Globalization;
using System.Text.RegularExpressions;
using OpenFaaS.Build.BuildKit.Solving.Failures;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>
/// Reads the plain progress of tools that have BuildKit inside or behind them: lines <c>#5 …</c>, the first of a step its name. What it keeps is
/// bounded, whatever the tool prints. Lines come one at a time.
/// </summary>
internal sealed partial class BuildKitText
{
    private const int MostSteps = 10_000;
    private const int KeptLines = 20;
    private const int LongestLine = 512;

    private readonly Dictionary<int, string> names = [];
    private readonly Queue<string> output = new();
    private int current;

    /// <summary>Name of the step that failed; empty where none is known to have.</summary>
    public string FailedStep { get; private set; } = "";

    /// <summary>The last lines that the failed step printed, oldest first.</summary>
    public IReadOnlyList<string> FailedOutput { get; private set; } = [];

    /// <summary>What the tool says last of why it failed; empty where it says nothing.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>Takes the next line.</summary>
    /// <returns>The name of the step that it announces; null for other lines.</returns>
    public string? Take(string line)
    {
        if (Fatal().Match(line) is { Success: true } fatal)
        {
            Failure = FailureText.Core(fatal.Groups["text"].Value);
            return null;
        }

        if (Prefix().Match(line) is not { Success: true } match)
        {
            return null;
        }

        var (id, text) = (int.Parse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["text"].Value);
        if (names.TryAdd(id, text))
        {
            if (names.Count > MostSteps)
            {
                names.Clear();
                names[id] = text;
            }

            Turn(id);
            return text;
        }

        Turn(id);
        if (text.StartsWith("ERROR: ", StringComparison.Ordinal))
        {
            FailedStep = names[id];
            FailedOutput = [.. output];
            Failure = FailureText.Core(text["ERROR: ".Length..]);
        }
        else if (Printed().Match(text) is { Success: true } printed)
        {
            Keep(printed.Groups["text"].Value);
        }

        return null;
    }

    // Steps that run side by side take turns; the failed one is printed to its end before another is.
    private void Turn(int id)
    {
        if (id != current)
        {
            current = id;
            output.Clear();
        }
    }

    private void Keep(string line)
    {
        if (output.Count == KeptLines)
        {
            output.Dequeue();
        }

        output.Enqueue(line.Length > LongestLine ? line[..LongestLine] + "…" : line);
    }

    [GeneratedRegex(@"\A#(?<id>[0-9]{1,6}) (?<text>.+)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"\A[0-9]{1,6}\.[0-9]{1,3} (?<text>.*)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Printed();

    [GeneratedRegex(@"\A(?:Error|ERROR|error): (?<text>.+)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Fatal();
}
