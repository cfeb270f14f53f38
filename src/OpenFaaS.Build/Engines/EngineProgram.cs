using OpenFaaS.Build.Processes;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Engines;

/// <summary>The command of an engine.</summary>
/// <param name="path">Full path of the program.</param>
internal sealed class EngineProgram(string path)
{
    /// <summary>Time in which a question is answered.</summary>
    public static TimeSpan Question { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Time in which an image is loaded.</summary>
    public static TimeSpan Load { get; } = TimeSpan.FromMinutes(30);

    /// <summary>Full path of the program.</summary>
    public string Path => path;

    /// <summary>Runs the program; any exit code is a result.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="timeout">After this time it is ended.</param>
    /// <param name="input">Writes its standard input; null gives an empty one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EngineFailedException">It cannot be started, or does not end in time.</exception>
    public async Task<ToolResult> RunAsync(
        IReadOnlyList<string> arguments, TimeSpan timeout, Func<Stream, CancellationToken, Task>? input, CancellationToken cancellationToken)
    {
        try
        {
            return await ToolRunner.RunAsync(new ToolRun(path, arguments, timeout) { Input = input }, cancellationToken);
        }
        catch (ToolFailedException e)
        {
            throw new EngineFailedException($"'{path}': {e.Message}", e);
        }
    }

    /// <summary>Asks the program, and gives back what it says.</summary>
    /// <exception cref="EngineFailedException">It failed.</exception>
    public async Task<string> AskAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await RunAsync(arguments, Question, null, cancellationToken);
        EnsureSuccess(result);
        return result.Output;
    }

    /// <exception cref="EngineFailedException">The exit code is not 0.</exception>
    public static void EnsureSuccess(ToolResult result)
    {
        if (result.ExitCode != 0)
        {
            var text = SafeText.Neutralize(result.Error).TrimEnd('.');
            throw new EngineFailedException(text.Length > 0 ? $"{text} (exit code {result.ExitCode})" : $"exit code {result.ExitCode}");
        }
    }
}
