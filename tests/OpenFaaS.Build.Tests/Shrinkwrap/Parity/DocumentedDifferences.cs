using System.Text.RegularExpressions;

namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>Where a context differs from faas-cli's on purpose, as data.</summary>
internal static partial class DocumentedDifferences
{
    /// <summary>Paths of a template that faas-cli copies and the SDK does not: the record of a pull, which holds a time and at times credentials.</summary>
    public static IReadOnlyList<string> NotCopied { get; } = ["meta.json"];

    /// <summary>faas-cli's listing without what the SDK leaves out of a template; <c>dockerfile</c> is none that is copied.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Apply(IEnumerable<KeyValuePair<string, string>> faasCli, string template) =>
        faasCli.Where(line => template == "dockerfile" || !NotCopied.Contains(line.Key, StringComparer.Ordinal));

    /// <summary>What the rules of a <c>.dockerignore</c> without exceptions leave of a listing, with the patterns turned into regular expressions here: nothing of the product is used.</summary>
    /// <param name="lines">The listing.</param>
    /// <param name="rules">Text of the file.</param>
    /// <param name="folder">The folder that the rules are relative to, with a slash; empty for the root.</param>
    public static IEnumerable<KeyValuePair<string, string>> Ignore(IEnumerable<KeyValuePair<string, string>> lines, string rules, string folder)
    {
        var patterns = rules.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(rule => rule[0] != '#')
            .Select(rule => new Regex("^" + Translate(rule.Trim('/')) + "$", RegexOptions.NonBacktracking)).ToList();
        return lines.Where(line => !line.Key.StartsWith(folder, StringComparison.Ordinal) || !IsIgnored(line.Key[folder.Length..].TrimEnd('/')));

        bool IsIgnored(string path)
        {
            for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
            {
                if (patterns.Any(pattern => pattern.IsMatch(path[..end])))
                {
                    return true;
                }
            }

            return false;
        }
    }

    // One pass, so that what stands for one wildcard is not taken for another.
    private static string Translate(string rule) => Wildcard().Replace(Regex.Escape(rule), static match => match.Value switch
    {
        @"\*\*/" => "(.*/)?",
        @"\*\*" => ".*",
        @"\*" => "[^/]*",
        _ => "[^/]",
    });

    [GeneratedRegex(@"\\\*\\\*/|\\\*\\\*|\\\*|\\\?")]
    private static partial Regex Wildcard();
}
