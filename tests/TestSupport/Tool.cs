using System.Diagnostics;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Runs a command of the machine for a test.</summary>
public static class Tool
{
    /// <summary>
    /// Writes a script that can be executed at once. Another process writes it: a file that this one has just written may still be open
    /// in a child that another test forks at the same moment, and Linux executes no file that is open for writing (ETXTBSY).
    /// </summary>
    public static Task WriteScriptAsync(string path, string text, CancellationToken cancellationToken) =>
        RunAsync("/bin/sh", ["-c", "printf %s \"$2\" > \"$1\" && chmod 500 \"$1\"", "sh", path, text], cancellationToken);

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
