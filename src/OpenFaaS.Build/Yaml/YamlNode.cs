using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Yaml;

/// <summary>A node of a document; aliases and merge keys are resolved. Nodes never change, so an alias is the node that it stands for.</summary>
/// <param name="At">Where the node stands in the file.</param>
internal abstract record YamlNode(SourceLocation At);

/// <summary>A scalar; what its text means is left to who reads it.</summary>
/// <param name="Text">The text without quotes and escapes: <c>010</c> stays <c>010</c>.</param>
/// <param name="IsPlain">Whether it has neither quotes nor a tag that makes it a string.</param>
/// <param name="At">Where it stands.</param>
internal sealed record YamlScalar(string Text, bool IsPlain, SourceLocation At) : YamlNode(At)
{
    /// <summary>Whether it is null: nothing, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => IsPlain && Text is ("" or "~" or "null" or "Null" or "NULL");
}

/// <summary>A sequence.</summary>
internal sealed record YamlSequence(IReadOnlyList<YamlNode> Items, SourceLocation At) : YamlNode(At);

/// <summary>A mapping; keys are unique. Merged entries follow the mapping's own.</summary>
internal sealed record YamlMapping(IReadOnlyList<YamlEntry> Entries, SourceLocation At) : YamlNode(At);

/// <summary>A key, its place and its value.</summary>
internal sealed record YamlEntry(string Key, SourceLocation KeyAt, YamlNode Value);
