using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections.Stdio;

/// <summary>What a program has said, fit to stand in a message.</summary>
internal static class SaidText
{
    private const int Longest = 400;
    private const int Lines = 6;

    /// <summary>The last lines as one phrase, at most 400 characters without control characters; empty if there are none.</summary>
    public static string Last(string text)
    {
        var lines = text.Split('\n')
            .Select(line => SafeText.Neutralize(line.Length > Longest ? line[^Longest..] : line))
            .Where(line => line.Length > 0)
            .TakeLast(Lines);
        var phrase = string.Join(" | ", lines).TrimEnd('.');
        return phrase.Length > Longest ? "…" + phrase[^Longest..] : phrase;
    }

    /// <summary>An exit code with the last lines: <c>exit code 1: no such file</c>.</summary>
    public static string Of(int? exitCode, string text)
    {
        var said = Last(text);
        var code = exitCode is { } known ? $"exit code {known}" : "no exit code";
        return said.Length > 0 ? $"{code}: {said}" : $"{code}, without a word";
    }
}
