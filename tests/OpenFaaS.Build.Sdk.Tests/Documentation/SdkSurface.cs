using System.Text.RegularExpressions;

namespace OpenFaaS.Build.Sdk.Tests.Documentation;

/// <summary>What users can type and what they get, as it stands in the package's targets and in the sources that read it.</summary>
internal sealed partial class SdkSurface
{
    private readonly IReadOnlyDictionary<string, string> targets = Read("sdk", "*.targets", "*.props");
    private readonly IReadOnlyDictionary<string, string> sources = Read("src/OpenFaaS.Build", "*.cs");

    /// <summary>Properties that the targets pass to the worker.</summary>
    public IReadOnlySet<string> PassedProperties => Names(PassedProperty(), Model);

    /// <summary>Items that the targets pass to the worker, with the names of their metadata.</summary>
    public IReadOnlyDictionary<string, string[]> PassedItems => PassedItem().Matches(Model)
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Split(';', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);

    /// <summary>Everything that the targets refer to as <c>$(Name)</c>, private names left out.</summary>
    public IReadOnlySet<string> ReferencedProperties => Names(PropertyReference(), AllTargets);

    /// <summary>Properties and items that the worker asks the request for.</summary>
    public IReadOnlySet<string> ReadInputs => Names(InputRead(), AllSources);

    /// <summary>Metadata that the worker asks an item for.</summary>
    public IReadOnlySet<string> ReadMetadata => Names(MetadataRead(), AllSources);

    /// <summary>Properties and items that targets set for whoever builds on the SDK.</summary>
    public IReadOnlySet<string> Outputs => Names(Output(), AllTargets);

    /// <summary>Targets that users may call; those that stand in for MSBuild's own in shape B are not the SDK's.</summary>
    public IReadOnlySet<string> Targets =>
        Names(Target(), string.Concat(targets.Where(file => file.Key != "OpenFaaS.AnyLanguage.targets").Select(file => file.Value)));

    /// <summary>Codes that targets report themselves.</summary>
    public IReadOnlySet<string> ReportedCodes => Names(Code(), AllTargets);

    /// <summary>Kinds of files in the output folder: <c>image.json</c>, …</summary>
    public IReadOnlySet<string> Files => Names(OutputFile(), AllSources + AllTargets);

    /// <summary>Environment variables that the worker reads; those of credentials by their user's name.</summary>
    public IReadOnlySet<string> Variables =>
        Names(Variable(), AllSources).Concat(Names(CredentialVariable(), AllSources).Select(name => name + "_UNAME")).ToHashSet(StringComparer.Ordinal);

    /// <summary>Environment variables that the function's entry point reads.</summary>
    public static IReadOnlySet<string> RunVariables => Names(RunVariable(), File.ReadAllText(Path.Combine(Repository.Root, "sdk/host/HostSettings.cs")));

    private string Model => targets["OpenFaaS.Model.targets"];

    private string AllTargets => string.Concat(targets.Values);

    private string AllSources => string.Concat(sources.Values);

    /// <summary>Whether something reads what is passed: a literal in the worker, or a target other than the one that passes it.</summary>
    public bool IsUsed(string name)
    {
        const string labels = "ContainerGenerateLabels";
        var literal = name.StartsWith(labels, StringComparison.Ordinal) && name.Length > labels.Length ? name[labels.Length..] : name;
        return AllSources.Contains($"\"{literal}\"", StringComparison.Ordinal)
            || targets.Where(file => file.Key != "OpenFaaS.Model.targets").Any(file => file.Value.Contains($"$({name}", StringComparison.Ordinal));
    }

    private static HashSet<string> Names(Regex pattern, string text) =>
        pattern.Matches(text).Select(match => match.Groups[1].Value).Where(name => !name.StartsWith('_')).ToHashSet(StringComparer.Ordinal);

    private static SortedDictionary<string, string> Read(string folder, params string[] patterns)
    {
        var root = Path.Combine(Repository.Root, folder);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in patterns.SelectMany(pattern => Directory.GetFiles(root, pattern, SearchOption.AllDirectories)))
        {
            // What a diagnostic says about an input does not honour it; build outputs are no sources.
            var relative = Path.GetRelativePath(root, path);
            if (!relative.StartsWith("obj", StringComparison.Ordinal) && !relative.StartsWith("bin", StringComparison.Ordinal) && !relative.StartsWith("Diagnostics", StringComparison.Ordinal))
            {
                files[relative.StartsWith("targets", StringComparison.Ordinal) ? Path.GetFileName(path) : relative] = File.ReadAllText(path);
            }
        }

        return files;
    }

    [GeneratedRegex("""<_FunctionProperty Include="(\w+)" """)]
    private static partial Regex PassedProperty();

    [GeneratedRegex("""ItemType="(\w+)" MetadataNames="([^"]*)" """)]
    private static partial Regex PassedItem();

    [GeneratedRegex(@"\$\((\w+)")]
    private static partial Regex PropertyReference();

    [GeneratedRegex("""\b(?:Text|Switch|Word|List|Number|ItemsOf|Property|CopyAsync|ReadPairs)\(\s*(?:reader, )?"([A-Z]\w+)["]""")]
    private static partial Regex InputRead();

    [GeneratedRegex("""\.Get\("(\w+)"\)""")]
    private static partial Regex MetadataRead();

    [GeneratedRegex("""<Output TaskParameter="\w+" (?:Property|Item)Name="(\w+)["]""")]
    private static partial Regex Output();

    [GeneratedRegex("""<Target Name="(\w+)["]""")]
    private static partial Regex Target();

    [GeneratedRegex("""Code="(\w+)["]""")]
    private static partial Regex Code();

    [GeneratedRegex("""(?:PathOf\("|\$\(_FunctionFileName\)\.)((?:image|request|result|state)\.json|digest)""")]
    private static partial Regex OutputFile();

    [GeneratedRegex("""(?:nvironment\(|const string Variable = )"(\w+)["]""")]
    private static partial Regex Variable();

    [GeneratedRegex("\"((?:DOTNET|SDK)_CONTAINER_(?:\\w+_)?REGISTRY)\"")]
    private static partial Regex CredentialVariable();

    [GeneratedRegex("""\(variable, "(\w+)["]""")]
    private static partial Regex RunVariable();
}
