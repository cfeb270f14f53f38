using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.DockerfileEdits;

[TestClass]
public sealed class PinnedBasesTests(TestContext context)
{
    private static readonly Digest Pin = Digest.Parse("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");

    [TestMethod]
    public void Write_NamesOfFromAndCopy_GetTheirDigests() => Assert.AreEqual(
        $"ARG BASE=one.example/a\nFROM --platform=linux/amd64   one.example/a:1@{Pin} AS one\n\nFROM docker.io/library/busybox:latest@{Pin} AS two\nCOPY --from=one /a /a\n"
        + $"COPY --chown=1 --from=other.example/b:latest@{Pin} /b /busybox\nFROM two\nFROM free.example/c\n",
        Write("ARG BASE=one.example/a\nFROM --platform=linux/amd64 \\\n  ${BASE}:1 AS one\nFROM busybox AS two\nCOPY --from=one /a /a\nCOPY --chown=1 --from=other.example/b /b /busybox\nFROM two\nFROM free.example/c\n"));

    [TestMethod]
    [DataRow("FROM busybox\r\nCOPY a\t/b\r\n", "FROM NAME@PIN\nCOPY a\t/b\r\n", DisplayName = "ends of lines of Windows")]
    [DataRow("FROM \\\n# busybox is small\nbusybox\nCOPY a /\n", "FROM NAME@PIN\n\n\nCOPY a /\n", DisplayName = "in a comment")]
    [DataRow("FROM busy\\\nbox\\\n AS one\nCOPY a /\n", "FROM NAME@PIN AS one\n\n\nCOPY a /\n", DisplayName = "over two lines")]
    [DataRow("from from\n", "from docker.io/library/from:latest@PIN\n", DisplayName = "as the keyword")]
    public void Write_NameWhereverItStands_GetsItsDigest(string dockerfile, string expected) => Assert.AreEqual(
        expected.Replace("NAME", "docker.io/library/busybox:latest", StringComparison.Ordinal).Replace("PIN", Pin.ToString(), StringComparison.Ordinal), Write(dockerfile));

    [TestMethod]
    public void Write_CopyWithLink_LosesTheFlagAndGetsItsDigest()
    {
        var editor = Editor("FROM scratch\nCOPY --link --from=busybox /a /b\n");

        DockerfileFlags.RemoveLink(editor);
        PinnedBases.Write(editor, SampleBuild.Of(context, "FROM scratch\n", new RecordingLog()), image => image.Repository == "library/busybox" ? Pin : null);

        Assert.AreEqual($"FROM scratch\nCOPY  --from=docker.io/library/busybox:latest@{Pin} /a /b\n", editor.Finish().Text);
    }

    private static DockerfileEditor Editor(string dockerfile) => new(dockerfile, DockerfileParser.Parse(dockerfile, "Dockerfile"));

    private string Write(string dockerfile)
    {
        var editor = Editor(dockerfile);
        PinnedBases.Write(editor, SampleBuild.Of(context, dockerfile, new RecordingLog()), image => image.Registry == "free.example" ? null : Pin);
        return editor.Finish().Text;
    }
}
