using OpenFaaS.Build.Processes;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>What a command that was asked something said.</summary>
internal static class ToolText
{
    /// <summary>The reason of a failure: its last line on standard error, fit to be shown, or its exit code.</summary>
    public static string Last(ToolResult result)
    {
        var line = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        var text = SafeText.Neutralize(line).TrimEnd('.');
        return text.Length > 0 ? $"{text} (exit code {result.ExitCode})" : $"exit code {result.ExitCode}";
    }
}
