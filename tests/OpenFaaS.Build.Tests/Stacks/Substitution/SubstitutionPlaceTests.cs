using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Stacks.Substitution;
using OpenFaaS.Build.TestSupport;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Tests.Stacks.Substitution;

/// <summary>What depends on where in the YAML a reference stands.</summary>
[TestClass]
public sealed class SubstitutionPlaceTests
{
    [TestMethod]
    [DataRow("# ${V-x}\n")]
    [DataRow("a: 1 # ${V-x} ${\nb: 2\n")]
    [DataRow("a: \"#\" # ${V-x}\n")]
    [DataRow("a: it's # ${V-x}\n")]
    [DataRow("a: 'it''s' # ${V-x}\n")]
    [DataRow("a: [1, # ${V-x}\n  2]\n")]
    [DataRow("a: | # ${V-x}\n  text\n# ${V-x}\n")]
    [DataRow("- a: |\n    text\n  # ${V-x}\n  b: 1 # ${V-x}\n")]
    [DataRow("a: \"\\\"\" # ${V-x}\n")]
    [DataRow("\t# $${V} \\/\n")]
    public void Apply_Comment_IsLeftAloneDifference(string yaml) => Assert.AreEqual(yaml, Apply(yaml, "v").Text);

    [TestMethod]
    [DataRow("a: |\n  # ${V}\n", "a: |\n  # v\n")]
    [DataRow("a: |\n\n  x\n  # ${V}\n\n  # ${V}\n", "a: |\n\n  x\n  # v\n\n  # v\n")]
    [DataRow("- a: >-\n    # ${V}\n", "- a: >-\n    # v\n")]
    [DataRow("- |2+\n  # ${V}\n", "- |2+\n  # v\n")]
    [DataRow("a: &x |\r\n  # ${V}\r\n", "a: &x |\r\n  # v\r\n")]
    [DataRow("a:\n  |\n  # ${V}\n", "a:\n  |\n  # v\n")]
    [DataRow("a: 'x\n  # ${V}'\n", "a: 'x\n  # v'\n")]
    [DataRow("a: \"x # ${V}\"\n", "a: \"x # v\"\n")]
    [DataRow("a: x#${V}\n", "a: x#v\n")]
    [DataRow("a: ${V##x}\n", "a: v\n")]
    public void Apply_HashThatIsText_IsNoComment(string yaml, string expected) => Assert.AreEqual(expected, Apply(yaml, "v").Text);

    [TestMethod]
    [DataRow("a: ${V}", "b\nskip_build: true", "line break")]
    [DataRow("a: |\n  ${V}", "b\nc", "line break")]
    [DataRow("a: ${V}", "b: c", "colon")]
    [DataRow("a: x${V}", "b:", "colon")]
    [DataRow("a: ${V}", "b # c", "comment")]
    [DataRow("a: ${V}", "#b", "comment")]
    [DataRow("a: \"${V}\"", "b\"c", "double quote")]
    [DataRow("a: \"${V}\"", "b\\c", "double quote")]
    [DataRow("a: '${V}'", "it's", "single quote")]
    [DataRow("a: [${V}]", "b, c", "bracket or comma")]
    [DataRow("a: ${V}", "[b]", "begins with")]
    [DataRow("a: ${V}", "*b", "begins with")]
    [DataRow("- ${V}", "- b", "begins with")]
    [DataRow("a: ${U:-${V}}", "b: c", "colon")]
    [TestCategory("fault-39")]
    public void Apply_Case39ValueThatChangesStructure_IsWarnedOfWithoutTheValue(string yaml, string value, string expected)
    {
        var (text, log) = Apply(yaml, value);

        Assert.Contains(value, text);
        var warning = log.Diagnostics.Single();
        Assert.AreSame(StackDiagnostics.SubstitutionChangesStructure, warning.Descriptor);
        Assert.StartsWith("The value of '", warning.Message);
        Assert.Contains(expected, warning.Message);
        Assert.DoesNotContain("skip_build", warning.Message);
    }

    [TestMethod]
    [DataRow("a: ${V}", "registry.example.com:5000/x")]
    [DataRow("a: ${V}", "http://x/#y?z=[1]")]
    [DataRow("a: \"${V}\"", "b: c # d 'e' [f]")]
    [DataRow("a: '${V}'", "b: c # d \"e\" \\ [f]")]
    [DataRow("a: |\n  ${V}", "b: c # \"'[")]
    [DataRow("a: ${U:-[b: c]}", "")]
    [DataRow("# ${V}", "a\nb")]
    [TestCategory("fault-39")]
    public void Apply_Case39ValueThatStaysText_IsNotWarnedOf(string yaml, string value) => Assert.IsEmpty(Apply(yaml, value).Log.Diagnostics);

    [TestMethod]
    public void Locate_AfterSubstitution_GivesPlacesOfTheFile()
    {
        var text = VariableSubstitution.Apply(new YamlText("f", "a: ${V}$${x} b\nc: d\n"), _ => "1\n2\n3", new RecordingLog());

        Assert.AreEqual("a: 1\n2\n3${x} b\nc: d\n", text.Content);
        Assert.AreEqual(new SourceLocation("f", 1, 1), text.Locate(0));
        Assert.AreEqual(new SourceLocation("f", 1, 4), text.Locate(text.Content.IndexOf('2', StringComparison.Ordinal)));
        Assert.AreEqual(new SourceLocation("f", 1, 14), text.Locate(text.Content.IndexOf('b', StringComparison.Ordinal)));
        Assert.AreEqual(new SourceLocation("f", 2, 4), text.Locate(text.Content.IndexOf('d', StringComparison.Ordinal)));
    }

    private static (string Text, RecordingLog Log) Apply(string yaml, string value)
    {
        var log = new RecordingLog();
        return (VariableSubstitution.Apply(new YamlText("f", yaml), name => name == "V" ? value : null, log).Content, log);
    }
}
