using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>The id and the exact version of a NuGet package, in the spelling of packages folders: lower case, version normalised.</summary>
/// <param name="Id">Lower-case id.</param>
/// <param name="Version">Lower-case version of at least three numbers, without build metadata.</param>
internal sealed partial record PackageName(string Id, string Version)
{
    /// <summary>Path of the package file below a packages folder.</summary>
    public string RelativePath => Path.Combine(Id, Version, $"{Id}.{Version}.nupkg");

    /// <summary>Reads an id and a version as people write them.</summary>
    /// <exception cref="DiagnosticException">They are none; ranges and floating versions are refused.</exception>
    public static PackageName Parse(string id, string version)
    {
        if (id.Length > 100 || !IdPattern().IsMatch(id))
        {
            throw Malformed(id, version, "the id holds other than letters, digits, '_', '-' and single dots");
        }

        return VersionPattern().Match(version) is { Success: true } match && version.Length <= 128
            ? new PackageName(id.ToLowerInvariant(), Normalize(match))
            : throw Malformed(id, version, "the version is not exact, such as 1.2.3 or 1.2.3-beta.1");
    }

    // As NuGet does: 1.0 is 1.0.0, 1.2.3.0 is 1.2.3, 01 is 1, and +metadata is not part of the name.
    private static string Normalize(Match match)
    {
        var numbers = match.Groups["numbers"].Value.Split('.').Select(number => number.TrimStart('0') is { Length: > 0 } significant ? significant : "0").ToList();
        while (numbers.Count < 3)
        {
            numbers.Add("0");
        }

        var core = string.Join('.', numbers is [_, _, _, "0"] ? numbers[..3] : numbers);
        return (core + match.Groups["label"].Value).ToLowerInvariant();
    }

    private static DiagnosticException Malformed(string id, string version, string why) =>
        TemplateSourceDiagnostics.MalformedPackageName.With(Registry.Transport.SafeText.Neutralize($"nuget:{id}/{version}"), why).ToException();

    [GeneratedRegex(@"\A[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_-]+)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"\A(?<numbers>[0-9]{1,9}(?:\.[0-9]{1,9}){0,3})(?<label>-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z.-]+)?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex VersionPattern();
}
