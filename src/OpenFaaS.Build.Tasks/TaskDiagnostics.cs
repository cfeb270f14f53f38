using System.Globalization;
using Microsoft.Build.Utilities;

namespace OpenFaaS.Build.Tasks;

/// <summary>The few diagnostics that tasks report themselves. Their rows stand in the product's table, and a test holds the two together.</summary>
internal static class TaskDiagnostics
{
    public static readonly TaskDiagnostic InvalidProperty = new(
        "OFB1002",
        "{0} has the value '{1}', which is not {2}.",
        "Correct the value; sdk/README.md lists what each property takes.");

    public static readonly TaskDiagnostic NoHandlerClass = new(
        "OFB1020",
        "The project compiles no class 'Handler', which the SDK's entry point calls, and no Program.* of its own.",
        "Add 'public static class Handler' in namespace 'function', or set FunctionHost to none if the project has another entry point.");

    public static readonly TaskDiagnostic HostNeedsCSharp = new(
        "OFB1021",
        "The SDK's entry point is written in C#, but the project's language is {0}.",
        "Add an entry point of your own and set FunctionHost to none.");

    public static readonly TaskDiagnostic CannotWrite = new(
        "OFB4003",
        "'{0}' cannot be written: {1}.",
        "Free some space or change the permissions, and publish again.");

    public static readonly TaskDiagnostic WorkerDied = new(
        "OFB9002",
        "The worker ended with exit code {0} without saying why: {1}",
        "Check memory and the .NET runtime (10.0 or later), and publish again.");

    public static readonly TaskDiagnostic Cancelled = new("OFB9003", "The build was cancelled.", "Publish again.");
}

/// <summary>A row: code, composite format of the message, and what to do next.</summary>
internal sealed class TaskDiagnostic(string code, string format, string nextStep)
{
    public string Code => code;

    public string Format => format;

    public string NextStep => nextStep;

    /// <summary>Reports the diagnostic at <paramref name="file"/>.</summary>
    public void LogError(TaskLoggingHelper log, string file, params object[] arguments)
    {
        var text = string.Format(CultureInfo.InvariantCulture, format, arguments) + " " + nextStep;
        log.LogError(null, code, null, file, 0, 0, 0, 0, "{0}", text);
    }
}
