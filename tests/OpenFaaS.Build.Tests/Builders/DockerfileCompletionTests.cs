using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Tests.Model;

namespace OpenFaaS.Build.Tests.Builders;

[TestClass]
public sealed class DockerfileCompletionTests
{
    [TestMethod]
    public void Complete_NothingSet_LeavesText() => Assert.AreEqual("FROM scratch\n", Complete("FROM scratch\n"));

    [TestMethod]
    public void Complete_LastStage_GetsInstructionsInOrder() => Assert.AreEqual(
        "FROM scratch\nCOPY a /\nWORKDIR \"/w\"\nUSER \"12:34\"\n",
        Complete("FROM scratch\nCOPY a /", ("ContainerUser", "12:34"), ("ContainerWorkingDirectory", "/w")));

    [TestMethod]
    public void Complete_TargetInTheMiddle_IsCompletedBeforeNextFrom() => Assert.AreEqual(
        "FROM scratch AS one\nCOPY a /\nUSER \"1\"\nFROM scratch\nCOPY b /\n",
        Complete("FROM scratch AS one\nCOPY a /\nFROM scratch\nCOPY b /\n", ("ContainerUser", "1"), ("ContainerTarget", "one")));

    [TestMethod]
    public void Complete_ContinuationAtTheEnd_DoesNotSwallowIt() => Assert.AreEqual(
        "FROM scratch\nCMD a\nUSER \"1\"\n", Complete("FROM scratch\nCMD a\\\n", ("ContainerUser", "1")).Replace("a \n", "a\n", StringComparison.Ordinal));

    [TestMethod]
    [DataRow("\\", "a\"$b\\c", "\"a\\\"\\$b\\\\c\"")]
    [DataRow("`", "a\"$b\\c`", "\"a`\"`$b\\c``\"")]
    public void Complete_Value_IsQuotedForTheEscapeInForce(string escape, string value, string expected) => Assert.AreEqual(
        $"# escape={escape}\nFROM scratch\nWORKDIR {expected}\n",
        Complete($"# escape={escape}\nFROM scratch\n", ("ContainerWorkingDirectory", value)));

    [TestMethod]
    public void Complete_LineBreakInValue_IsError()
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Complete("FROM scratch\n", ("ContainerUser", "a\nRUN rm -rf /")));

        Assert.AreEqual("OFB1002", error.Diagnostics[0].Descriptor.Code);
    }

    private static string Complete(string text, params (string, string)[] properties) => DockerfileCompletion.Complete(
        text, "Dockerfile", FunctionModelReader.Read(RequestBuilder.Create("any", [("FunctionTemplate", "dockerfile"), .. properties]), _ => null));
}
