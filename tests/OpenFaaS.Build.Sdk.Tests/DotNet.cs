using System.Diagnostics;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Runs the machine's <c>dotnet</c> as a user would, with an environment of the test's own.</summary>
internal static class DotNet
{
    /// <summary>Runs to the end.</summary>
    public static async Task<CommandResult> RunAsync(
        string folder, IEnumerable<KeyValuePair<string, string?>> environment, IEnumerable<string> arguments, CancellationToken cancellationToken, string program = "dotnet")
    {
        using var process = Start(folder, environment, arguments, program);
        return await FinishAsync(process, cancellationToken);
    }

    /// <summary>Starts; standard output and error are redirected.</summary>
    public static Process Start(string folder, IEnumerable<KeyValuePair<string, string?>> environment, IEnumerable<string> arguments, string program = "dotnet")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        // It would win over the package folder that nuget.config gives each test.
        start.Environment.Remove("NUGET_PACKAGES");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Waits for the end and takes what was printed.</summary>
    public static async Task<CommandResult> FinishAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
