namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>What YAML makes of text at a place.</summary>
internal enum YamlPlace
{
    /// <summary>Where a node, a key or an item may begin.</summary>
    NodeStart,

    /// <summary>In a text without quotes, or between nodes.</summary>
    Plain,

    /// <summary>In single quotes.</summary>
    SingleQuoted,

    /// <summary>In double quotes.</summary>
    DoubleQuoted,

    /// <summary>In the lines of <c>|</c> or <c>></c>.</summary>
    Block,

    /// <summary>In a comment.</summary>
    Comment,
}
