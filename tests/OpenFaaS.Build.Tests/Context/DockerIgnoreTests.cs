using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.Context;

[TestClass]
[TestCategory("fault-23")]
public sealed class DockerIgnoreTests
{
    [TestMethod]
    [DataRow("*.md", "a.md", true)]
    [DataRow("*.md", "d/a.md", false)]
    [DataRow("**/*.md", "d/e/a.md", true)]
    [DataRow("**/*.md", "a.md", true)]
    [DataRow("**", "a/b", true)]
    [DataRow("d/**", "d/x/y", true)]
    [DataRow("node_modules", "node_modules/x/y.js", true)]
    [DataRow("node_modules", "node_modules2", false)]
    [DataRow("*/node_modules", "function/node_modules/x", true)]
    [DataRow("/abs", "abs", true)]
    [DataRow("./a/../b", "b", true)]
    [DataRow("a?c", "abc", true)]
    [DataRow("a?c", "a/c", false)]
    [DataRow("[a-c]x", "bx", true)]
    [DataRow("[^a-c]x", "bx", false)]
    [DataRow("\\*", "*", true)]
    [DataRow("\\*", "a", false)]
    [DataRow("*\n!keep", "keep", false)]
    [DataRow("!keep\n*", "keep", true)]
    [DataRow("*\n!d/keep", "d/keep", false)]
    [DataRow("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true)]
    [DataRow("*.md\n!README*.md\nREADME-secret.md", "README.md", false)]
    [DataRow("*.md\nREADME-secret.md\n!README*.md", "README-secret.md", false)]
    [DataRow("dir/key\n!dir", "dir/key", true)]
    [DataRow("dir/key\n!dir", "dir/other", false)]
    [DataRow("dir\n!dir", "dir/key", false)]
    [DataRow("deep/sub/key\n!deep/sub", "deep/sub/key", true)]
    [DataRow("# comment\n  a  \r\n", "a", true)]
    [DataRow("\uFEFFa", "a", true)]
    [DataRow("a b", "a b", true)]
    [DataRow("**/*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Matches_Pattern_IsAsDockerDoes(string patterns, string path, bool expected) =>
        Assert.AreEqual(expected, DockerIgnore.Parse(patterns, ".dockerignore").Matches(path));

    [TestMethod]
    [DataRow("a\n!", 2)]
    [DataRow("[", 1)]
    [DataRow("x\n\n[]", 3)]
    [DataRow("a\\", 1)]
    public void Parse_Malformed_NamesTheLine(string patterns, int line)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => DockerIgnore.Parse(patterns, ".dockerignore"));
        Assert.AreEqual(("OFB4009", line), (failure.Diagnostics[0].Descriptor.Code, failure.Diagnostics[0].Location!.Line));
    }
}
