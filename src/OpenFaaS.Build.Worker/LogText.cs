using System.Text;

namespace OpenFaaS.Build.Worker;

/// <summary>Makes text from anywhere harmless in a log.</summary>
internal static class LogText
{
    // Azure DevOps looks for its commands anywhere in a line and in any case.
    private static readonly string[] Commands = ["##vso[", "##["];

    /// <summary>One line of at most <paramref name="maximum"/> characters, without control characters, and without logging commands of CI systems.</summary>
    public static string OneLine(string text, int maximum)
    {
        var line = new StringBuilder(Math.Min(text.Length, maximum));
        foreach (var c in text)
        {
            if (line.Length == maximum)
            {
                line.Append('…');
                break;
            }

            line.Append(c == '\t' || c is '\r' or '\n' ? ' ' : IsControl(c) ? '\uFFFD' : c);
        }

        // GitHub's (::error file=…::text, ::add-mask::…) stand at the start of a line, spaces aside.
        var start = 0;
        while (start < line.Length && line[start] == ' ')
        {
            start++;
        }

        if (start + 1 < line.Length && line[start] == ':' && line[start + 1] == ':')
        {
            line.Insert(start + 1, ' ');
        }

        return Commands.Aggregate(line.ToString(), (result, command) => result.Replace(command, command.Insert(1, " "), StringComparison.OrdinalIgnoreCase));
    }

    // C0, DEL, C1, and what reorders or hides text on a terminal.
    private static bool IsControl(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
