using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Tests.Model;

namespace OpenFaaS.Build.Tests.Builders.DockerfileEdits;

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

    [TestMethod]
    [DataRow(2, "Dockerfile", 2)]
    [DataRow(3, "p.csproj", 7)]
    [DataRow(4, "p.csproj", 7)]
    [DataRow(5, "Dockerfile", 3)]
    [DataRow(6, "Dockerfile", 4)]
    public void Place_LineOfTheCompletedText_IsTheUsersLineOrTheProject(int line, string file, int expected)
    {
        var completed = Completed("FROM scratch AS one\nCOPY a /\nFROM scratch\nCOPY b /\n", ("ContainerUser", "1"), ("ContainerWorkingDirectory", "/w"), ("ContainerTarget", "one"));

        var placed = completed.Place(InternalDiagnostics.Unexpected.With("a", "b").At("Dockerfile", line, 5), new SourceLocation("p.csproj", 7));

        Assert.AreEqual((file, expected), (placed.Location!.File, placed.Location.Line));
    }

    [TestMethod]
    public void Place_OtherFileOrNoPlace_IsLeftAsItIs()
    {
        var completed = Completed("FROM scratch\n", ("ContainerUser", "1"));
        var elsewhere = InternalDiagnostics.Unexpected.With("a", "b").At("other", 2);
        var nowhere = InternalDiagnostics.Unexpected.With("a", "b");

        Assert.AreSame(elsewhere, completed.Place(elsewhere, new SourceLocation("p.csproj")));
        Assert.AreSame(nowhere, completed.Place(nowhere, new SourceLocation("p.csproj")));
    }

    [TestMethod]
    public void Place_LineBeyondTheUsersFile_IsTheProject()
    {
        var completed = Completed("FROM scratch\nCOPY a /\n\n\n", ("ContainerUser", "1"));

        var placed = completed.Place(InternalDiagnostics.Unexpected.With("a", "b").At("Dockerfile", 3), new SourceLocation("p.csproj"));

        Assert.AreEqual("p.csproj", placed.Location!.File);
    }

    private static string Complete(string text, params (string, string)[] properties) => Completed(text, properties).Text;

    private static EditedDockerfile Completed(string text, params (string, string)[] properties) => DockerfileCompletion.Complete(
        text, "Dockerfile", FunctionModelReader.Read(RequestBuilder.Create("any", [("FunctionTemplate", "dockerfile"), .. properties]), _ => null));
}
