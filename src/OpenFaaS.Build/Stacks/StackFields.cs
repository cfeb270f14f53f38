using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Stacks;

/// <summary>Texts of a mapping in the form that stacks have them.</summary>
internal static class StackFields
{
    /// <summary>A text; null if the key or the mapping is absent or null.</summary>
    public static StackText? Text(YamlObject? from, string key) => from?.Text(key) is { } text ? ToText(text) : null;

    /// <summary>A list of texts.</summary>
    public static IReadOnlyList<StackText> Texts(YamlObject? from, string key) => from is null ? [] : [.. from.Texts(key).Select(ToText)];

    /// <summary>A mapping of texts in the order of the file.</summary>
    public static IReadOnlyList<KeyValuePair<string, StackText>> Pairs(YamlObject from, string key) =>
        [.. from.TextMap(key).Select(pair => KeyValuePair.Create(pair.Key, ToText(pair.Value)))];

    /// <summary>A mapping of texts without their places.</summary>
    public static IReadOnlyDictionary<string, string> Map(YamlObject from, string key) =>
        from.TextMap(key).ToDictionary(pair => pair.Key, pair => pair.Value.Text, StringComparer.Ordinal);

    private static StackText ToText(YamlScalar scalar) => new(scalar.Text, scalar.At);
}
