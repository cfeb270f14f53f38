using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Docker.Classic;

/// <summary>
/// Follows a build by what the classic builder says: <c>Step 2/5 : RUN make</c>, the step's output, <c>---&gt; Using cache</c>, the image's id, an error.
/// Whatever an engine sends, memory is bounded.
/// </summary>
internal sealed partial class ClassicProgress
{
    private const int TailLines = 20;
    private const int LongestTailLine = 512;
    private const int LongestName = 1024;
    private const int LongestError = 2000;

    private readonly ProgressPrinter printer;
    private readonly TimeProvider time;
    private readonly Queue<string> tail = new();
    private readonly LineSplitter output;
    private Step? step;
    private bool isFresh;

    public ClassicProgress(ProgressMode mode, IBuildLog log, TimeProvider time)
    {
        (printer, this.time) = (new ProgressPrinter(mode, log), time);
        output = new LineSplitter(Keep);
    }

    /// <summary>Id of the image that the last stage gave; null where none was told.</summary>
    public Digest? Image { get; private set; }

    /// <summary>The engine's error; null where it told none.</summary>
    public string? Error { get; private set; }

    /// <summary>Exit code of the command that failed; null where none did.</summary>
    public long? ExitCode { get; private set; }

    /// <summary>Number of the step that runs, or ran last; 0 before the first.</summary>
    public int Number => step?.Number ?? 0;

    /// <summary>The instruction of that step, as the engine shows it.</summary>
    public string Instruction => step is null ? "" : step.Name[(step.Name.IndexOf("] ", StringComparison.Ordinal) + 2)..];

    /// <summary>Its last lines of output.</summary>
    public IReadOnlyList<string> Tail => [.. tail];

    /// <summary>Takes up what the engine sends.</summary>
    public void Take(JsonElement item)
    {
        if (Text(item, "stream") is { } text)
        {
            TakeText(text);
        }
        else if (item.TryGetProperty("aux", out var aux) && aux.ValueKind == JsonValueKind.Object && Digest.TryParse(Text(aux, "ID"), out var id))
        {
            Image = id;
        }
        else if (Text(item, "status") is { } status && !item.TryGetProperty("progressDetail", out _))
        {
            // Of a pull; what is measured there would be hundreds of lines.
            Show(Text(item, "id") is { Length: > 0 } part ? $"{part}: {status}" : status);
        }

        TakeError(item);
    }

    /// <summary>Tells how the last step ended.</summary>
    public void End()
    {
        output.End();
        if (step is null)
        {
            return;
        }

        step.Completed = time.GetUtcNow();
        if (Error is not null)
        {
            step.Error = OutputText.Phrase(Error);
            printer.Failure(step, Tail);
        }

        printer.End(step);
    }

    private void TakeError(JsonElement item)
    {
        var detail = item.TryGetProperty("errorDetail", out var value) && value.ValueKind == JsonValueKind.Object ? value : default;
        if ((Text(detail, "message") ?? Text(item, "error")) is not { } message)
        {
            return;
        }

        Error ??= OutputText.Phrase(message, LongestError);
        if (detail.ValueKind == JsonValueKind.Object && detail.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt64(out var number) && number != 0)
        {
            ExitCode ??= number;
        }
    }

    private void TakeText(string text)
    {
        // A step's number follows the last one's; what a command prints mostly does not.
        if (StepLine().Match(text) is { Success: true } match && int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) == Number + 1)
        {
            End();
            tail.Clear();
            var name = OutputText.Clean($"[{match.Groups["number"].Value}/{match.Groups["count"].Value}] {match.Groups["text"].Value}", LongestName);
            step = new Step(Number + 1, "", name) { Started = time.GetUtcNow() };
            isFresh = true;
            printer.Begin(step);
            return;
        }

        var isEndOfName = isFresh && text == "\n";
        isFresh = false;
        if (isEndOfName)
        {
            return;
        }

        if (text == " ---> Using cache\n" && step is not null)
        {
            step.Cached = true;
        }
        else if (!Remark().IsMatch(text))
        {
            output.Take(Encoding.UTF8.GetBytes(text));
        }
    }

    private void Keep(string line)
    {
        if (line.Length == 0)
        {
            return;
        }

        if (tail.Count == TailLines)
        {
            tail.Dequeue();
        }

        tail.Enqueue(line.Length > LongestTailLine ? line[..LongestTailLine] + "…" : line);
        Show(line);
    }

    private void Show(string line)
    {
        if (step is not null)
        {
            printer.Line(step, OutputText.Clean(line, LineSplitter.Longest));
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    [GeneratedRegex(@"\AStep (?<number>[0-9]{1,6})/(?<count>[0-9]{1,6}) : (?<text>.*)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex StepLine();

    [GeneratedRegex(
        @"\A(?: ---> (?:Running in |Removed intermediate container )?[0-9a-f]{0,64}\n|Removing intermediate container [0-9a-f]{12,64}\n|Successfully (?:built [0-9a-f]{12,64}|tagged \S{1,500})\n)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Remark();
}
