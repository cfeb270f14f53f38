using OpenFaaS.Build.Builders.DockerfileEdits;

namespace OpenFaaS.Build.Tests.Builders.DockerfileEdits;

[TestClass]
public sealed class DockerfileFlagsTests
{
    [TestMethod]
    [DataRow("FROM scratch\nCOPY --link a /\n", "FROM scratch\nCOPY  a /\n")]
    [DataRow("FROM scratch\nCOPY --chown=1:1 --link=true a /\n", "FROM scratch\nCOPY --chown=1:1  a /\n")]
    [DataRow("FROM scratch\nADD --link=false a /\n", "FROM scratch\nADD  a /\n")]
    [DataRow("FROM scratch\nCOPY \\\n  --link \\\n  a /\n", "FROM scratch\nCOPY      a /\n\n\n")]
    [DataRow("FROM scratch\nCOPY \\\n# --link is fast\n --link\\\n a /\n", "FROM scratch\nCOPY   a /\n\n\n\n")]
    [DataRow("FROM scratch\nCOPY --link <<EOF /x\na --link \\\nEOF\n", "FROM scratch\nCOPY  <<EOF /x\na --link \\\nEOF\n")]
    [DataRow("FROM scratch\nCOPY a --link\n", "FROM scratch\nCOPY a --link\n")]
    [DataRow("FROM scratch\nCOPY --chmod=755 a /--link\nCOPY --link b /\n", "FROM scratch\nCOPY --chmod=755 a /--link\nCOPY  b /\n")]
    public void WithoutLink_Flag_IsTakenAwayAndLinesStay(string text, string expected) => Assert.AreEqual(expected, DockerfileFlags.WithoutLink(text, "Dockerfile"));
}
