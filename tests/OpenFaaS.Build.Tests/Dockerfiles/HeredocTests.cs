using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Tests.Dockerfiles;

[TestClass]
public sealed class HeredocTests
{
    [TestMethod]
    [DataRow("<<EOF /x\na\n b\nEOF\n", "EOF|a\n b\n|True")]
    [DataRow("<<EOF /x\nEOF", "EOF||True")]
    [DataRow("<<EOF /x\r\na\r\nEOF\r\n", "EOF|a\r\n|True")]
    [DataRow("<<'EOF' /x\n$a\nEOF", "EOF|$a\n|False")]
    [DataRow("<<\"EOF\" /x\n$a\nEOF", "EOF|$a\n|False")]
    [DataRow("<<E'O'F /x\n$a\nEOF", "EOF|$a\n|False")]
    [DataRow("<<E\\'F /x\na\nE'F", "E'F|a\n|True")]
    [DataRow("<<-EOF /x\n\t\ta\n\t b\n\tEOF", "EOF|a\n b\n|True")]
    [DataRow("<<EOF /x\n\ta\n\tEOF\nEOF", "EOF|\ta\n\tEOF\n|True")]
    [DataRow("3<<EOF /x\na\nEOF", "EOF|a\n|True")]
    [DataRow("<<$EOF /x\na\n$EOF", "$EOF|a\n|True")]
    [DataRow("<<a.txt <<b.txt /x/\nb.txt\na.txt\na.txt\nb.txt", "a.txt|b.txt\n|True b.txt|a.txt\n|True")]
    [DataRow("<<A <<A /x\n1\nA\n2\nA", "A|2\n|True A|2\n|True")]
    [DataRow("--chown=1 <<EOF /x\n# no comment\n\nFROM b \\\nEOF", "EOF|# no comment\n\nFROM b \\\n|True")]
    public void Parse_CopyHeredoc_HasItsContent(string rest, string expected)
    {
        var copy = DockerfileParserTests.Only<CopyInstruction>("FROM a\nCOPY " + rest);

        Assert.AreEqual(expected, string.Join(' ', copy.Heredocs.Select(heredoc => $"{heredoc.Name}|{heredoc.Content}|{heredoc.Expand}")));
        Assert.IsEmpty(copy.Sources);
    }

    [TestMethod]
    [DataRow("COPY a <<EOF /x/\nb\nEOF")]
    [DataRow("ADD <<EOF a /x/\nb\nEOF")]
    public void Parse_FilesAndHeredocs_AreKeptApart(string line)
    {
        var copy = DockerfileParserTests.Only<CopyInstruction>("FROM a\n" + line);

        Assert.AreEqual(("a", "b\n", "/x/"), (copy.Sources.Single(), copy.Heredocs.Single().Content, copy.Destination));
    }

    [TestMethod]
    [DataRow("RUN <<EOF\nUSER a\nEOF")]
    [DataRow("RUN python3 <<-EOF > /x\n\tUSER a\n\tEOF")]
    [DataRow("RUN <<  EOF\nUSER a\nEOF")]
    [DataRow("RUN cat <<\"A B\"\nUSER a\nA B")]
    [DataRow("ONBUILD RUN <<EOF\nUSER a\nEOF")]
    [DataRow("ONBUILD COPY <<EOF /x\nUSER a\nEOF")]
    public void Parse_HeredocOfACommand_IsSkippedAndKeptInItsText(string line)
    {
        var instructions = DockerfileParser.Parse($"FROM a\n{line}\nUSER b", "Dockerfile").Stages[0].Instructions;

        Assert.HasCount(2, instructions);
        Assert.AreEqual(5, instructions[1].Line);
        Assert.Contains("USER a\n", instructions[0] is OnBuildInstruction onBuild ? onBuild.Trigger : instructions[0].Text);
    }

    [TestMethod]
    [DataRow("RUN \"<<EOF\"")]
    [DataRow("RUN '<<EOF'")]
    [DataRow("RUN cat <<<EOF")]
    [DataRow("RUN a<<EOF")]
    [DataRow("RUN cat <<")]
    [DataRow("RUN [\"sh\", \"-c\", \"cat <<EOF\"]")]
    [DataRow("RUN echo \"open <<EOF")]
    [DataRow("USER <<EOF")]
    [DataRow("CMD cat <<EOF")]
    public void Parse_WhatIsNoHeredoc_TakesNoLines(string line) =>
        Assert.HasCount(2, DockerfileParser.Parse($"FROM a\n{line}\nUSER b", "Dockerfile").Stages[0].Instructions);
}
