using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>
/// Takes what the executor says: its own lines (<c>--log-format=json</c>) and those that steps print, in any mixture. Both streams, and lines that come one
/// by one, may be taken at once. Everything is bounded, and free of control characters.
/// </summary>
internal sealed class ExecutorOutput
{
    private const int MostInformation = 10_000;

    private readonly Lock gate = new();
    private readonly ProgressMode mode;
    private readonly IBuildLog log;
    private readonly ToolOutput output;
    private string? announced;
    private int information;

    /// <param name="mode">Value of <c>ContainerProgress</c>.</param>
    /// <param name="log">Where it is shown.</param>
    public ExecutorOutput(ProgressMode mode, IBuildLog log)
    {
        (this.mode, this.log) = (mode, log);
        output = new ToolOutput(mode, log, _ => announced);
    }

    /// <summary>The instruction that began last; empty before the first.</summary>
    public string Step => output.Step;

    /// <summary>The last lines in which the executor said why it ends, oldest first.</summary>
    public IReadOnlyList<string> Errors => output.Errors;

    /// <summary>The last lines of the step that failed, as the end of a message.</summary>
    public string Failure() => output.Failure();

    /// <summary>Reads a stream to its end.</summary>
    public Task ReadAsync(Stream stream, CancellationToken cancellationToken) => new LineSplitter(Take).ReadAsync(stream, cancellationToken);

    /// <summary>Takes one line; it is cut and cleaned already, as <see cref="LineSplitter"/> gives lines.</summary>
    public void Take(string line)
    {
        var read = ExecutorLine.Parse(line);
        lock (gate)
        {
            if (read.Kind == ExecutorLineKind.Information)
            {
                Inform(read.Text);
                return;
            }

            announced = read.Kind == ExecutorLineKind.Step ? read.Text : null;
            output.Take(read.Text, read.Kind == ExecutorLineKind.Error);
        }
    }

    // Not a step's output, and not kept as such.
    private void Inform(string text)
    {
        if (mode == ProgressMode.Plain && information++ < MostInformation)
        {
            log.Message(MessageImportance.High, text);
        }
    }
}
