using System.Text;
using OpenFaaS.Build.Builders.FunctionBuilder.Requests;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Shrinkwrap;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.FunctionBuilder;

/// <summary>The context as a builder finds it: nothing is left out of it a second time, and steps see no file that other builders do not have.</summary>
[TestClass]
public sealed class RequestContextTests(TestContext context)
{
    private const string Text = "FROM scratch\nLABEL a=b\n";
    private const string Dockerfile = "Dockerfile";
    private const string Rules = "Dockerfile.dockerignore";

    [TestMethod]
    public void Context_WithItsDockerfile_HidesTheRulesOnly()
    {
        var files = Of(Bytes.File(Dockerfile, "FROM scratch\n"), Bytes.File("data", "1"));

        Assert.AreEqual(Text, Read(files, Dockerfile));
        Assert.AreSequenceEqual([Dockerfile, "data"], Seen(files));
    }

    [TestMethod]
    public void Context_WithoutADockerfile_HidesTheOneThatIsSent()
    {
        var files = Of(Bytes.File("below/Dockerfile", "x"));

        Assert.AreEqual(Text, Read(files, Dockerfile));
        Assert.AreSequenceEqual(["below/Dockerfile"], Seen(files));
    }

    [TestMethod]
    public void Context_WithAnIgnoreFile_KeepsItAsItIsAndWhatItNames()
    {
        var files = Of(Bytes.File(".dockerignore", "data\n"), Bytes.File(Dockerfile, "x"), Bytes.File("data", "1"));

        Assert.AreEqual("data\n", Read(files, ".dockerignore"));
        Assert.AreSequenceEqual([".dockerignore", Dockerfile, "data"], Seen(files));
    }

    [TestMethod]
    [DataRow("*.md\n", true, DisplayName = "rules that were applied")]
    [DataRow("**\n!Dockerfile*\n!data\n", true, DisplayName = "exceptions for all that is left")]
    [DataRow("data\n", false, DisplayName = "rules that are not in force")]
    [DataRow("[\n", false, DisplayName = "malformed rules that are not in force")]
    [DataRow(Dockerfile + "\n", false, DisplayName = "rules that would hide the Dockerfile from the steps")]
    [DataRow("", false, DisplayName = "nothing, which may count as no file")]
    public void Context_WithRulesOfItsDockerfile_KeepsThemWhereTheyLeaveEverything(string rules, bool isKept)
    {
        var files = Of(Bytes.File(Dockerfile, "x"), Bytes.File(Rules, rules), Bytes.File("data", "1"));

        Assert.AreEqual(isKept, Read(files, Rules) == rules);
        Assert.AreSequenceEqual([Dockerfile, Rules, "data"], Seen(files));
    }

    [TestMethod]
    public void Context_WithRulesThatHideTheDockerfile_KeepsThemWhereItIsHidden()
    {
        var files = Of(Bytes.File(Rules, Dockerfile + "\n"), Bytes.File("data", "1"));

        Assert.AreEqual(Dockerfile + "\n", Read(files, Rules));
        Assert.AreSequenceEqual([Rules, "data"], Seen(files));
    }

    [TestMethod]
    public void Context_DockerfileOfSeveralNames_LeavesTheOthersOneFile()
    {
        var inode = new object();
        var file = Bytes.File(Dockerfile, "x") with { Inode = inode };
        var files = Of(file, file with { Path = "a" }, file with { Path = "b" });

        Assert.AreEqual(Text, Read(files, Dockerfile));
        Assert.AreEqual("x", Read(files, "a"));
        Assert.AreEqual("a", files.Find("b")!.HardLink);
        Assert.IsNull(files.Find("a")!.HardLink ?? files.Find(Dockerfile)!.HardLink);
    }

    [TestMethod]
    [DataRow(Dockerfile)]
    [DataRow(Rules)]
    public void Context_FolderWhereAFileGoes_IsACodedError(string name)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => Of(new ContextEntry(name, EntryKind.Directory, 0x1ED))).Diagnostics.Single();

        Assert.AreEqual("OFB2773", failure.Descriptor.Code);
        Assert.Contains($"'{name}'", failure.Message);
        Assert.IsNotNull(failure.Location);
    }

    private FileSet Of(params IEnumerable<ContextEntry> entries) =>
        RequestContext.Of(SampleBuild.Of(context, "FROM scratch\n", new RecordingLog()) with { Context = new FileSet(entries) }, Text);

    // As BuildKit does: the Dockerfile's own rules before any others.
    private static IEnumerable<string> Seen(FileSet files) => IgnoredFiles.Remove(files, IgnoredFiles.RulesOf(files, Dockerfile)).Select(entry => entry.Path);

    private static string Read(FileSet files, string path)
    {
        using var reader = new StreamReader(files.Find(path)!.Content!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
