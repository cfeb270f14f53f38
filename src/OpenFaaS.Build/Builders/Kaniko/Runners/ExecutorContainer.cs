using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>One container with a name that is known before it is made, so that it can be removed whatever happens.</summary>
/// <param name="command">The command.</param>
/// <param name="tool">How it is run.</param>
/// <param name="log">Is told of a container that stays.</param>
internal sealed class ExecutorContainer(ContainerCommand command, BuildTool tool, IBuildLog log)
{
    // What the commands end with when they could not run the container; a step's own codes may be the same.
    private const int FirstOwnExit = 125;
    private const int LastOwnExit = 127;

    // Codes from here on are those of a command, or an executor, that a signal has ended.
    private const int FirstSignalExit = 128;
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private const int Attempts = 50;

    // A container that was asked for and never waited for is made within seconds.
    private const int Settled = 10;
    private const string Gone = "no such container";
    private const string Reason = "error building image: ";

    private readonly string name = $"openfaas-kaniko-{Guid.NewGuid():n}";
    private volatile string? problem;
    private volatile string last = "it says nothing";

    /// <summary>Runs the container to its end. It is gone when this returns or throws, as far as the engine can be made to.</summary>
    /// <param name="arguments">Arguments behind the name.</param>
    /// <param name="run">Takes the output, and has the variables.</param>
    /// <param name="cancellationToken">Ends the container.</param>
    /// <returns>The executor's exit code.</returns>
    /// <exception cref="DiagnosticException">The container could not be run.</exception>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, KanikoRun run, CancellationToken cancellationToken)
    {
        var withVariables = tool with { Environment = tool.Environment.Concat(run.Variables.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value))).ToDictionary(StringComparer.Ordinal) };
        var (isOver, isCut) = (false, true);
        try
        {
            var exit = await withVariables.RunAsync(["run", "--rm", "--name", name, .. arguments], (stream, isError, token) => ReadAsync(run.Output, stream, isError, token), cancellationToken);
            isCut = exit >= FirstSignalExit || cancellationToken.IsCancellationRequested;

            // An executor that says why it ends has run, and what looks like the command's words is a step's.
            if (exit is >= FirstOwnExit and <= LastOwnExit && !run.Output.Errors.Any(line => line.StartsWith(Reason, StringComparison.Ordinal)) && (problem ?? (run.Output.Errors.Count == 0 ? last : null)) is { } text)
            {
                throw KanikoDiagnostics.ContainerFailed.With(run.Build.Function.Builder.Engine.Kaniko.Image ?? "", command.Name, text).At(run.Build.Function.Origin).ToException();
            }

            // One that the command lost on the way may still run.
            isOver = exit == 0;
            return exit;
        }
        finally
        {
            if (!isOver)
            {
                await RemoveAsync(isCut ? Settled : 1);
            }
        }
    }

    private Task ReadAsync(ExecutorOutput output, Stream stream, bool isError, CancellationToken cancellationToken) => !isError
        ? output.ReadAsync(stream, cancellationToken)
        : new LineSplitter(line =>
        {
            last = line.Length > 0 ? OutputText.Phrase(line) : last;
            if (line.StartsWith(command.ErrorMark, StringComparison.Ordinal))
            {
                problem = OutputText.Phrase(line[command.ErrorMark.Length..]);
            }

            output.Take(line);
        }).ReadAsync(stream, cancellationToken);

    /// <summary>Removes the container, also one that the engine is still making when the command that asked for it is gone.</summary>
    /// <param name="needed">How many times in succession the engine has to say that there is none.</param>
    private async Task RemoveAsync(int needed)
    {
        var (answer, missing) = ("", 0);
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                // Not any failure: an engine that does not answer has not said that it is gone.
                var found = await tool.AskAsync(["container", "inspect", "--format", "{{.Id}}", name], Short, CancellationToken.None);
                if (found.ExitCode != 0 && found.Error.Contains(Gone, StringComparison.OrdinalIgnoreCase))
                {
                    if (++missing == needed)
                    {
                        return;
                    }
                }
                else
                {
                    (missing, answer) = (0, ToolText.Last(await tool.AskAsync(["rm", "--force", name], Short, CancellationToken.None)));
                }

                await Task.Delay(Pause);
            }
        }
        catch (DiagnosticException e)
        {
            answer = e.Diagnostics[0].Message.TrimEnd('.');
        }

        log.Report(KanikoDiagnostics.ContainerLeft.With(name, answer));
    }
}
