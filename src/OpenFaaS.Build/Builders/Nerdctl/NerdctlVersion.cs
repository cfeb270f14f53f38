using System.Text.RegularExpressions;

namespace OpenFaaS.Build.Builders.Nerdctl;

/// <summary>Reads <c>nerdctl version 2.0.3</c>.</summary>
internal static partial class NerdctlVersion
{
    /// <summary>The version without what follows its three numbers; null where the text tells none.</summary>
    public static Version? Read(string text) => Number().Match(text) is { Success: true } match ? Version.Parse(match.Groups["version"].ValueSpan) : null;

    [GeneratedRegex(@"\bversion v?(?<version>[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4})", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
