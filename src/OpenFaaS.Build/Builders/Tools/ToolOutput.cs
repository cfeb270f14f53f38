using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>
/// What a command says: shown as <c>ContainerProgress</c> wants it, and its end kept for when the command fails. Lines are free of control characters
/// and bounded. Both streams may be read at once.
/// </summary>
/// <param name="mode">Value of <c>ContainerProgress</c>.</param>
/// <param name="log">Where it is shown.</param>
/// <param name="step">Name of the step that a line announces; null for a line that announces none.</param>
internal sealed class ToolOutput(ProgressMode mode, IBuildLog log, Func<string, string?> step)
{
    /// <summary>Lines kept of a step, and of standard error.</summary>
    private const int KeptLines = 20;
    private const int LongestKeptLine = 512;
    private const int LongestTail = 4000;

    /// <summary>Characters of output shown of a step.</summary>
    private const int MostOutput = 2 << 20;

    private readonly Lock gate = new();
    private readonly Queue<string> tail = new();
    private readonly Queue<string> errors = new();
    private int shown;

    /// <summary>Name of the last step that was announced; empty before the first.</summary>
    public string Step { get; private set; } = "";

    /// <summary>The last lines of standard error, oldest first.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (gate)
            {
                return [.. errors];
            }
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public Task ReadAsync(Stream stream, bool isError, CancellationToken cancellationToken) =>
        new LineSplitter(line => Take(line, isError)).ReadAsync(stream, cancellationToken);

    /// <summary>Takes one line.</summary>
    public void Take(string line, bool isError = false)
    {
        lock (gate)
        {
            var begun = step(line);
            if (begun is not null)
            {
                (Step, shown) = (begun, 0);
                tail.Clear();
            }
            else
            {
                Keep(tail, line);
            }

            if (isError)
            {
                Keep(errors, line);
            }

            Show(line, begun is not null);
        }
    }

    /// <summary>The last lines of the step that failed, as the end of a message; shown by themselves too, where they were not yet.</summary>
    public string Failure()
    {
        lock (gate)
        {
            string[] lines = [.. tail.Where(line => line.Trim().Length > 0)];
            if (mode == ProgressMode.Auto)
            {
                foreach (var line in lines)
                {
                    log.Message(MessageImportance.High, "  " + line);
                }
            }

            var text = string.Join(" | ", lines.Select(line => line.TrimEnd()));
            return text.Length == 0 ? " It printed nothing." : $" Its last output: {(text.Length > LongestTail ? "…" + text[^LongestTail..] : text).TrimEnd('.')}.";
        }
    }

    private static void Keep(Queue<string> lines, string line)
    {
        if (lines.Count == KeptLines)
        {
            lines.Dequeue();
        }

        lines.Enqueue(line.Length > LongestKeptLine ? line[..LongestKeptLine] + "…" : line);
    }

    private void Show(string line, bool isStep)
    {
        if (mode == ProgressMode.Auto && isStep)
        {
            log.Message(MessageImportance.Normal, line);
        }
        else if (mode == ProgressMode.Plain && shown < MostOutput)
        {
            shown += line.Length + 1;
            log.Message(MessageImportance.High, shown < MostOutput ? line : "[output clipped]");
        }
    }
}
