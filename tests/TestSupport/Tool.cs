using System.Diagnostics;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Runs a command of the machine for a test.</summary>
public static class Tool
{
    /// <summary>Runs to the end and returns standard output; a non-zero exit code fails the test with both streams.</summary>
    public static async Task<string> RunAsync(string file, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{file} {string.Join(' ', start.ArgumentList)}: exit code {process.ExitCode}\n{await output}\n{await error}");
    }
}
