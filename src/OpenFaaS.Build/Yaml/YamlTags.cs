using OpenFaaS.Build.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OpenFaaS.Build.Yaml;

/// <summary>The tags of YAML's core schema; others name types of some program and are refused.</summary>
internal static class YamlTags
{
    private const string Core = "tag:yaml.org,2002:";
    private const string NonSpecific = "!";

    /// <exception cref="YamlFormatException">The tag is not a core one, or is another kind's.</exception>
    public static void Check(NodeEvent node, SourceLocation at)
    {
        if (node.Tag.IsEmpty || node.Tag.Value == NonSpecific)
        {
            return;
        }

        var name = node.Tag.Value.StartsWith(Core, StringComparison.Ordinal) ? node.Tag.Value[Core.Length..] : "";
        var isKnown = node switch
        {
            Scalar => name is "str" or "int" or "float" or "bool" or "null" or "timestamp",
            SequenceStart => name == "seq",
            _ => name == "map",
        };
        if (!isKnown)
        {
            throw new YamlFormatException("it has a tag that is not supported here", at);
        }
    }

    /// <summary>Whether a scalar's text may mean null, a number or a merge key.</summary>
    public static bool IsPlain(Scalar scalar) =>
        scalar.Style == ScalarStyle.Plain && (scalar.Tag.IsEmpty || scalar.Tag.Value is not (NonSpecific or Core + "str"));
}
