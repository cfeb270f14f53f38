using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Yaml;

/// <summary>The text is no YAML that is read here; the message says why, as the end of a sentence.</summary>
internal sealed class YamlFormatException(string message, SourceLocation at) : FormatException(message)
{
    /// <summary>The place to blame.</summary>
    public SourceLocation At { get; } = at;
}
