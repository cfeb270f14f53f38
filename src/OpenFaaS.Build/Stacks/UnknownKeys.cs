using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Stacks;

/// <summary>Warns of keys that nothing reads.</summary>
internal sealed class UnknownKeys(IBuildLog log)
{
    private const int Most = 50;

    private readonly HashSet<SourceLocation> seen = [];

    /// <summary>Reports the keys of a mapping that were not asked for; one that several mappings share is reported once.</summary>
    public void Report(YamlObject? mapping) => Report(mapping, _ => true);

    /// <summary>Likewise for the whole document, where keys that begin with <c>x-</c> hold what anchors are for.</summary>
    public void ReportRoot(YamlObject root) => Report(root, key => !key.StartsWith("x-", StringComparison.Ordinal));

    private void Report(YamlObject? mapping, Func<string, bool> isReported)
    {
        foreach (var entry in mapping?.Unknown.Where(entry => isReported(entry.Key)) ?? [])
        {
            if (seen.Count < Most && seen.Add(entry.KeyAt))
            {
                log.Report(StackDiagnostics.UnknownStackKey.With(mapping!.PathOf(entry.Key), Suggestion.For(entry.Key, mapping.Known)).At(entry.KeyAt));
            }
        }
    }
}
