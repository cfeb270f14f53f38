using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Tests.Yaml;

/// <summary>Reads YAML for tests, and writes nodes on one line.</summary>
internal static class YamlSample
{
    public static readonly DiagnosticDescriptor Malformed = new("OFB9998", DiagnosticSeverity.Error, "{0}: {1}.", "A test.", "None.");

    public static YamlNode? Read(string yaml, YamlLimits? limits = null) => YamlReader.Read(new YamlText("/work/a.yaml", yaml), Malformed, limits);

    /// <summary>The nodes in flow style; null as <c>~</c>, quoted texts in quotes.</summary>
    public static string Write(YamlNode? node) => node switch
    {
        null => "",
        YamlScalar { IsNull: true } => "~",
        YamlScalar scalar => scalar.IsPlain ? scalar.Text : $"'{scalar.Text}'",
        YamlSequence sequence => $"[{string.Join(", ", sequence.Items.Select(Write))}]",
        YamlMapping mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{entry.Key}: {Write(entry.Value)}"))}}}",
        _ => throw new InvalidOperationException(),
    };

    /// <summary>The error that reading gives, as <c>line:column message</c>.</summary>
    public static string Error(string yaml)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Read(yaml)).Diagnostics.Single();
        Assert.AreSame(Malformed, error.Descriptor);
        Assert.AreEqual("/work/a.yaml", error.Location!.File);
        return $"{error.Location.Line}:{error.Location.Column} {error.Message}";
    }
}
