using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.Builders.DockerfileEdits;

[TestClass]
public sealed class DockerfileArgumentsTests
{
    [TestMethod]
    [DataRow("ARG A\nFROM x\n", "ARG A\nARG A=\"v\"\nFROM x\n", DisplayName = "before the first stage")]
    [DataRow("FROM x\nARG A=1 B=2\nRUN y\n", "FROM x\nARG A=1 B=2\nARG A=\"v\"\nRUN y\n", DisplayName = "with another")]
    [DataRow("FROM x\nARG B=2 \\\n  # why\n  A=1\nRUN y\n", "FROM x\nARG B=2 \\\n  # why\n  A=1\nARG A=\"v\"\nRUN y\n", DisplayName = "over several lines")]
    [DataRow("FROM x\nARG A\nFROM y\nARG A", "FROM x\nARG A\nARG A=\"v\"\nFROM y\nARG A\nARG A=\"v\"\n", DisplayName = "in every stage, and at the end")]
    [DataRow("FROM x\nARG A=1\\\\\nRUN y\n", "FROM x\nARG A=1\\\\\nARG A=\"v\"\nRUN y\n", DisplayName = "that ends with an escaped escape character")]
    [DataRow("FROM x\nARG A \\\n# why\n", "FROM x\nARG A\n\nARG A=\"v\"\n", DisplayName = "that would go on behind the end")]
    [DataRow("FROM x\nARG AA\n", "FROM x\nARG AA\n", DisplayName = "another name")]
    public void WithDefaults_Declared_FollowsEveryDeclaration(string text, string expected) => Assert.AreEqual(expected, With(text, "A", "v"));

    [TestMethod]
    [DataRow("a \"b\" $c \\d", "FROM x\nARG A\n", "a \\\"b\\\" \\$c \\\\d")]
    [DataRow("a$`\\", "# escape=`\nFROM x\nARG A\n", "a`$``\\")]
    public void WithDefaults_SpecialCharacters_AreEscapedWithTheFilesCharacter(string value, string text, string expected) =>
        Assert.Contains($"\nARG A=\"{expected}\"\n", With(text, "A", value));

    [TestMethod]
    [DataRow("A", "two\nlines", "FROM x\nARG A\n")]
    [DataRow("HTTPS_PROXY", "http://user:secret@proxy", "FROM x\n")]
    public void WithDefaults_CannotBeWritten_IsACodedErrorWithoutTheValue(string name, string value, string text)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => With(text, name, value));

        Assert.AreEqual("OFB2623", failure.Diagnostics[0].Descriptor.Code);
        Assert.DoesNotContain(value, failure.Message);
    }

    private static string With(string text, string name, string value) =>
        DockerfileArguments.WithDefaults(text, "Dockerfile", new Dictionary<string, string> { [name] = value }, "img").Text;
}
