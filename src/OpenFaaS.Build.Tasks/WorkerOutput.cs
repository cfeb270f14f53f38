using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace OpenFaaS.Build.Tasks;

/// <summary>Turns the worker's lines into messages, warnings and errors: <c>H|</c>, <c>N|</c> and <c>L|</c> start messages of that importance, anything else is read as MSBuild reads tools' output.</summary>
internal sealed class WorkerOutput(TaskLoggingHelper log)
{
    private const int RememberedLines = 5;

    // Our own codes are looked for first, since MSBuild's pattern refuses a file name with a colon in it.
    private static readonly Regex Diagnostic = new(
        @"^(?<file>.+?)(\((?<line>\d{1,9})(,(?<column>\d{1,9}))?\))? ?: (?<severity>error|warning) (?<code>OFB\d{4}): (?<text>.*)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    private readonly Queue<string> lastLines = new();

    /// <summary>The last lines that were neither messages nor diagnostics: what a dying runtime says.</summary>
    public string LastWords => lastLines.Count == 0 ? "it printed nothing." : string.Join(" ", lastLines.Select(line => line.Trim()));

    /// <summary>Whether a line of the worker itself has come; one that cannot start has none.</summary>
    public bool HasSpoken { get; private set; }

    public void Handle(string line, bool isError)
    {
        if (line.Length > 1 && line[1] == '|' && Importance(line[0]) is { } importance)
        {
            HasSpoken = true;
            log.LogMessage(importance, "{0}", line.Substring(2));
            return;
        }

        var match = Diagnostic.Match(line);
        if (match.Success)
        {
            HasSpoken = true;
            Report(match);
            return;
        }

        if (line.Trim().Length == 0 || log.LogMessageFromText(line, isError ? MessageImportance.Normal : MessageImportance.Low))
        {
            return;
        }

        lastLines.Enqueue(line);
        if (lastLines.Count > RememberedLines)
        {
            lastLines.Dequeue();
        }
    }

    private static MessageImportance? Importance(char letter) => letter switch
    {
        'H' => MessageImportance.High,
        'N' => MessageImportance.Normal,
        'L' => MessageImportance.Low,
        _ => null,
    };

    private void Report(Match match)
    {
        var code = match.Groups["code"].Value;
        var file = match.Groups["file"].Value;
        var line = Number(match.Groups["line"]);
        var column = Number(match.Groups["column"]);
        var text = match.Groups["text"].Value;
        if (match.Groups["severity"].Value == "error")
        {
            log.LogError(null, code, null, file, line, column, 0, 0, "{0}", text);
        }
        else
        {
            log.LogWarning(null, code, null, file, line, column, 0, 0, "{0}", text);
        }
    }

    private static int Number(Group group) => group.Success ? int.Parse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
}
