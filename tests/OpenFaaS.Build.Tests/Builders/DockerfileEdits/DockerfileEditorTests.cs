using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Tests.Builders.DockerfileEdits;

[TestClass]
public sealed class DockerfileEditorTests
{
    [TestMethod]
    [DataRow("\r")]
    [DataRow("\f")]
    [DataRow("\u0085")]
    [DataRow("\u2028")]
    [DataRow("\u2029")]
    public void AddTo_CharacterThatEndsLinesElsewhere_IsContentAndNoLine(string other)
    {
        var text = $"FROM scratch AS one\n# a{other}b\nCOPY <<EOF /file\n{other}{other}\nEOF\n\n# next\nFROM scratch\n";

        Assert.AreEqual(text.Replace("EOF\n\n", "EOF\nADDED\n\n", StringComparison.Ordinal), Added(text, 0).Text);
    }

    [TestMethod]
    public void AddTo_EndsOfLinesOfWindows_AreLeftAsTheyAre() => Assert.AreEqual(
        "FROM scratch\r\nRUN <<EOF\r\necho a\r\nEOF\r\nADDED\n", Added("FROM scratch\r\nRUN <<EOF\r\necho a\r\nEOF\r\n", 0).Text);

    [TestMethod]
    [DataRow("FROM scratch", "FROM scratch\nADDED\n", DisplayName = "no end of line")]
    [DataRow("FROM scratch\nENV A=c:\\\\\n", "FROM scratch\nENV A=c:\\\\\nADDED\n", DisplayName = "an escaped escape character")]
    [DataRow("FROM scratch\nCMD a \\ \t\r\n", "FROM scratch\nCMD a\nADDED\n", DisplayName = "a continuation and blanks")]
    [DataRow("FROM scratch\nCMD a \\\n  b \\\n\n# comment\n\n", "FROM scratch\nCMD a   b\n\n\n\n\nADDED\n", DisplayName = "a continuation and a comment")]
    [DataRow("# escape=`\nFROM scratch\nCMD a `", "# escape=`\nFROM scratch\nCMD a\nADDED\n", DisplayName = "another escape character")]
    [DataRow("FROM scratch\n# comment \\\n", "FROM scratch\nADDED\n# comment \\\n", DisplayName = "a comment")]
    [DataRow("FROM scratch\nRUN cat <<'#END'\na \\\n#END\n", "FROM scratch\nRUN cat <<'#END'\na \\\n#END\nADDED\n", DisplayName = "a heredoc that looks like a comment")]
    [DataRow("FROM scratch\nRUN cat <<'E\\'\na\nE\\\n", "FROM scratch\nRUN cat <<'E\\'\na\nE\\\nADDED\n", DisplayName = "a heredoc that looks like a continuation")]
    public void AddTo_EndOfTheFile_IsAnInstructionOfItsOwn(string text, string expected)
    {
        var edited = Added(text, 0);

        Assert.AreEqual(expected, edited.Text);
        Assert.AreEqual("ADDED", edited.Text.Split('\n')[edited.Added.Single() - 1]);
    }

    [TestMethod]
    public void EndWith_Stage_LeavesOutTheNextWithItsComments()
    {
        const string Text = "FROM scratch AS one\nCOPY a /\n\n# the next\nFROM scratch\nCOPY b /\n";
        var document = DockerfileParser.Parse(Text, "Dockerfile");
        var editor = new DockerfileEditor(Text, document);

        editor.EndWith(document.Stages[0]);

        Assert.AreEqual("FROM scratch AS one\nCOPY a /\n", editor.Finish().Text);
    }

    [TestMethod]
    public void Finish_SeveralPlaces_NamesTheLinesThatWereAdded()
    {
        const string Text = "FROM scratch AS one\nARG A\nFROM scratch\nARG A\nCOPY b /\n";
        var document = DockerfileParser.Parse(Text, "Dockerfile");
        var editor = new DockerfileEditor(Text, document);

        editor.AddTo(document.Stages[1], ["LAST", "VERY LAST"]);
        editor.AddAfter(document.Stages[1].Instructions[0], "SECOND");
        editor.AddTo(document.Stages[0], ["FIRST"]);
        editor.Rewrite(document.Stages[1].From, text => text.Replace("scratch", "base", StringComparison.Ordinal));

        var edited = editor.Finish();
        Assert.AreEqual("FROM scratch AS one\nARG A\nFIRST\nFROM base\nARG A\nSECOND\nCOPY b /\nLAST\nVERY LAST\n", edited.Text);
        CollectionAssert.AreEqual(new[] { 3, 6, 8, 9 }, edited.Added.ToArray());
    }

    [TestMethod]
    public void Finish_NothingChanged_IsTheSameText()
    {
        const string Text = "\uFEFFFROM scratch\r\n\nCOPY a /\\\n";

        Assert.AreEqual(Text, new DockerfileEditor(Text, DockerfileParser.Parse(Text, "Dockerfile")).Finish().Text);
    }

    private static EditedDockerfile Added(string text, int stage)
    {
        var document = DockerfileParser.Parse(text, "Dockerfile");
        var editor = new DockerfileEditor(text, document);
        editor.AddTo(document.Stages[stage], ["ADDED"]);
        return editor.Finish();
    }
}
