using System.Text;
using System.Text.RegularExpressions;
using OpenFaaS.Build.BuildKit.Solving.Progress;

namespace OpenFaaS.Build.BuildKit.Solving.Failures;

/// <summary>Finds the line of a step in the Dockerfile, for daemons that do not say it. A step's name is its instruction with variables filled in.</summary>
internal static partial class StepLine
{
    private const string Dockerfiles = "dockerfile";
    private const int MostCharacters = 1 << 20;

    /// <summary>The one-based line; 0 where no instruction, or more than one, can be meant.</summary>
    public static int Of(Step step, SolvePlan plan)
    {
        var instruction = step.IsInstruction ? Spaces().Replace(step.Name[(step.Name.IndexOf("] ", StringComparison.Ordinal) + 2)..], " ").Trim() : "";
        if (instruction.Length == 0 || Read(plan) is not { } text)
        {
            return 0;
        }

        var keyword = instruction.Split(' ')[0] + " ";
        var candidates = Instructions(text).Where(line => line.Text.StartsWith(keyword, StringComparison.OrdinalIgnoreCase)).ToList();
        var equal = candidates.Where(line => string.Equals(line.Text, instruction, StringComparison.OrdinalIgnoreCase)).ToList();
        return equal.Count == 1 ? equal[0].Number : candidates.Count == 1 ? candidates[0].Number : 0;
    }

    private static string? Read(SolvePlan plan)
    {
        var name = DockerfileName.Of(plan).Wire;
        if (plan.Session.Directories.GetValueOrDefault(Dockerfiles)?.Files.Find(name)?.Content is not { } content)
        {
            return null;
        }

        try
        {
            using var reader = new StreamReader(content.Open(), Encoding.UTF8);
            var buffer = new char[MostCharacters];
            return new string(buffer, 0, reader.ReadBlock(buffer));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Diagnostics.DiagnosticException)
        {
            // The build has failed for another reason already; that one is told.
            return null;
        }
    }

    /// <summary>Instructions with continued lines joined, and the line where each begins.</summary>
    private static IEnumerable<(int Number, string Text)> Instructions(string text)
    {
        var joined = new StringBuilder();
        var (begin, number) = (0, 0);
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            begin = joined.Length == 0 ? number : begin;
            var continues = line.EndsWith('\\');
            joined.Append(continues ? line[..^1] : line).Append(' ');
            if (!continues)
            {
                yield return (begin, Spaces().Replace(joined.ToString(), " ").Trim());
                joined.Clear();
            }
        }
    }

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}
