using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>A command that makes images.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Program">Full path of the program.</param>
internal sealed record BuildTool(string Name, string Program)
{
    private static readonly TimeSpan LongestBuild = TimeSpan.FromDays(1);
    private static readonly TimeSpan Cleanup = TimeSpan.FromSeconds(10);

    /// <summary>Arguments before the verb.</summary>
    public IReadOnlyList<string> CommonArguments { get; init; } = [];

    /// <summary>Environment variables besides the worker's own; a null value takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Ends what the command works on, where asking the command itself to end would leave that behind; see <see cref="ToolRun.EndWork"/>.</summary>
    public Action? EndWork { get; init; }

    /// <summary>Finds the command.</summary>
    /// <param name="name">Its name, which is also what is looked for in <c>PATH</c>.</param>
    /// <param name="property">The property that may name another place.</param>
    /// <param name="given">What the property says: a full path, or another name to look for; null for nothing.</param>
    /// <param name="environment">Environment variables by name.</param>
    /// <exception cref="DiagnosticException">It is not there.</exception>
    public static BuildTool Find(string name, string property, string? given, Func<string, string?> environment)
    {
        if (given is not null && Path.IsPathFullyQualified(given))
        {
            return File.Exists(given) ? new BuildTool(name, given) : throw ToolBuildDiagnostics.ToolMissing.With(name, $"{property} names '{given}', which is no file").ToException();
        }

        return ToolPath.Find(given ?? name, environment) is { } found
            ? new BuildTool(name, found)
            : throw ToolBuildDiagnostics.ToolMissing.With(name, given is null ? $"it is in no folder of PATH, and {property} is not set" : $"'{given}', which {property} names, is in no folder of PATH").ToException();
    }

    /// <summary>Runs the command with its output going to the log as it comes.</summary>
    /// <param name="arguments">The verb and its arguments.</param>
    /// <param name="output">Takes the output.</param>
    /// <param name="cancellationToken">Asks the command to end, and ends it with everything that it started after 10 s.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="DiagnosticException">It cannot be started.</exception>
    public Task<int> RunAsync(IReadOnlyList<string> arguments, ToolOutput output, CancellationToken cancellationToken) =>
        RunAsync(arguments, output.ReadAsync, cancellationToken);

    /// <summary>Likewise, with both outputs read by the caller.</summary>
    /// <param name="arguments">The verb and its arguments.</param>
    /// <param name="read">Reads one of the two streams to its end; the second part says whether it is standard error.</param>
    /// <param name="cancellationToken">Asks the command to end, and ends it with everything that it started after 10 s.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="DiagnosticException">It cannot be started.</exception>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, Func<Stream, bool, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            new ToolRun(Program, [.. CommonArguments, .. arguments], LongestBuild)
            {
                Environment = Environment,
                Output = (stream, token) => read(stream, false, token),
                ErrorOutput = (stream, token) => read(stream, true, token),
                Grace = Cleanup,
                EndWork = EndWork,
            },
            cancellationToken);
        return result.ExitCode;
    }

    /// <summary>Asks the command something that it answers at once.</summary>
    /// <exception cref="DiagnosticException">It cannot be started, or does not end in time.</exception>
    public Task<ToolResult> AskAsync(IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellationToken) =>
        RunAsync(new ToolRun(Program, [.. CommonArguments, .. arguments], limit) { Environment = Environment, Grace = TimeSpan.FromSeconds(1) }, cancellationToken);

    private async Task<ToolResult> RunAsync(ToolRun run, CancellationToken cancellationToken)
    {
        try
        {
            return await ToolRunner.RunAsync(run, cancellationToken);
        }
        catch (ToolFailedException e)
        {
            throw ToolBuildDiagnostics.ToolUnusable.With(Program, e.Message).ToException(e);
        }
    }
}
