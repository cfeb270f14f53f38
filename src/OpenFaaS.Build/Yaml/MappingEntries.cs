using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Yaml;

/// <summary>Collects the entries of a mapping: unique keys, and merge keys as go-yaml has them (shallow; own entries win, then the earlier mapping).</summary>
internal sealed class MappingEntries
{
    private const string MergeKey = "<<";

    private readonly List<YamlEntry> entries = [];
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private YamlNode? merge;

    /// <summary>Checks a key.</summary>
    /// <exception cref="YamlFormatException">It is no scalar, or is there already.</exception>
    public YamlScalar Accept(YamlNode node, SourceLocation at)
    {
        var key = node as YamlScalar ?? throw new YamlFormatException("a key is not a scalar", at);
        return keys.Add(key.Text) ? key : throw new YamlFormatException($"the key '{Short(key.Text)}' is there twice", at);
    }

    /// <summary>Adds an entry.</summary>
    public void Add(YamlScalar key, SourceLocation keyAt, YamlNode value)
    {
        if (key is { IsPlain: true, Text: MergeKey })
        {
            merge = value;
        }
        else
        {
            entries.Add(new YamlEntry(key.Text, keyAt, value));
        }
    }

    /// <summary>All entries, merged ones last.</summary>
    /// <exception cref="YamlFormatException">What is to be merged is no mapping.</exception>
    public IReadOnlyList<YamlEntry> Merged()
    {
        foreach (var source in Sources(merge))
        {
            var mapping = source as YamlMapping ?? throw new YamlFormatException("'<<' takes a mapping or a sequence of mappings", source.At);
            entries.AddRange(mapping.Entries.Where(entry => keys.Add(entry.Key)));
        }

        return entries;
    }

    private static IEnumerable<YamlNode> Sources(YamlNode? merge) => merge switch
    {
        null => [],
        YamlSequence sequence => sequence.Items,
        _ => [merge],
    };

    private static string Short(string key) => key.Length <= 60 ? key : key[..60] + "…";
}
