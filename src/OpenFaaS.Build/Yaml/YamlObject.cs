using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Yaml;

/// <summary>Reads a mapping key by key, as go-yaml fills a structure: null is as if the key were absent, and what has the wrong kind is a problem.</summary>
internal sealed class YamlObject
{
    private readonly Dictionary<string, YamlEntry> entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly string name;
    private readonly YamlProblems problems;

    /// <param name="node">The mapping; null and a null scalar are an empty one.</param>
    /// <param name="name">Keys that lead to it, separated by dots; empty for the root.</param>
    /// <param name="problems">Where problems go.</param>
    public YamlObject(YamlNode? node, string name, YamlProblems problems)
    {
        (this.name, this.problems, At) = (name, problems, node?.At);
        if (node is YamlMapping mapping)
        {
            entries = mapping.Entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        }
        else if (node is not null and not YamlScalar { IsNull: true })
        {
            problems.AddKind(name.Length == 0 ? "the document" : name, node, "a mapping");
        }
    }

    /// <summary>Where the mapping stands, if it is there.</summary>
    public SourceLocation? At { get; }

    /// <summary>Entries whose keys nobody has asked for.</summary>
    public IEnumerable<YamlEntry> Unknown => entries.Values.Where(entry => !asked.Contains(entry.Key));

    /// <summary>Keys that were asked for.</summary>
    public IReadOnlyCollection<string> Known => asked;

    /// <summary>Keys that lead to an entry.</summary>
    public string PathOf(string key) => name.Length == 0 ? key : $"{name}.{key}";

    /// <summary>A text of any look (<c>1.50</c>, <c>on</c>).</summary>
    public YamlScalar? Text(string key) => Value(key) is { } value ? AsText(PathOf(key), value) : null;

    /// <summary>A Boolean value: what go-yaml takes for one.</summary>
    public bool Flag(string key)
    {
        if (Value(key) is not { } value)
        {
            return false;
        }

        switch (value)
        {
            case YamlScalar { IsPlain: true, Text: "true" or "True" or "TRUE" } or YamlScalar { Text: "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" }:
                return true;
            case YamlScalar { IsPlain: true, Text: "false" or "False" or "FALSE" } or YamlScalar { Text: "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" }:
                return false;
            default:
                problems.AddKind(PathOf(key), value, "true or false");
                return false;
        }
    }

    /// <summary>A list of texts; a null item is an empty one.</summary>
    public IReadOnlyList<YamlScalar> Texts(string key) =>
        [.. Items(key).Select((item, index) => AsText($"{PathOf(key)}[{index}]", item)).OfType<YamlScalar>()];

    /// <summary>A mapping of texts in the order of the file; a null value is an empty text.</summary>
    public IReadOnlyList<KeyValuePair<string, YamlScalar>> TextMap(string key)
    {
        var map = new List<KeyValuePair<string, YamlScalar>>();
        foreach (var entry in EntriesOf(key))
        {
            if (AsText($"{PathOf(key)}.{entry.Key}", entry.Value) is { } text)
            {
                map.Add(new(entry.Key, text));
            }
        }

        return map;
    }

    /// <summary>A mapping; null if it is absent.</summary>
    public YamlObject? Object(string key) => Value(key) is { } value ? new YamlObject(value, PathOf(key), problems) : null;

    /// <summary>A list of mappings.</summary>
    public IReadOnlyList<YamlObject> Objects(string key) =>
        [.. Items(key).Select((item, index) => new YamlObject(item, $"{PathOf(key)}[{index}]", problems))];

    /// <summary>The entries of a mapping whose keys are names.</summary>
    public IReadOnlyList<YamlEntry> EntriesOf(string key)
    {
        var value = Value(key);
        if (value is not null and not YamlMapping)
        {
            problems.AddKind(PathOf(key), value, "a mapping");
        }

        return value is YamlMapping mapping ? mapping.Entries : [];
    }

    private IReadOnlyList<YamlNode> Items(string key)
    {
        var value = Value(key);
        if (value is not null and not YamlSequence)
        {
            problems.AddKind(PathOf(key), value, "a list");
        }

        return value is YamlSequence sequence ? sequence.Items : [];
    }

    private YamlNode? Value(string key)
    {
        asked.Add(key);
        return entries.TryGetValue(key, out var entry) && entry.Value is not YamlScalar { IsNull: true } ? entry.Value : null;
    }

    private YamlScalar? AsText(string path, YamlNode node)
    {
        if (node is not YamlScalar scalar)
        {
            problems.AddKind(path, node, "a text");
            return null;
        }

        return scalar.IsNull ? scalar with { Text = "" } : scalar;
    }
}
