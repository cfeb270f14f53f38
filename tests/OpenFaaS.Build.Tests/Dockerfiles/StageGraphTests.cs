using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.Dockerfiles;

[TestClass]
public sealed class StageGraphTests
{
    private static readonly Platform AnyPlatform = Platform.Parse("linux/amd64");

    [TestMethod]
    [DataRow("FROM x", null, "0")]
    [DataRow("FROM x AS a\nFROM y", null, "1")]
    [DataRow("FROM x AS a\nFROM y", "", "1")]
    [DataRow("FROM x AS a\nFROM a", null, "0 1")]
    [DataRow("FROM x AS a\nFROM y AS b\nFROM a", null, "0 2")]
    [DataRow("FROM x AS a\nFROM a AS b\nFROM b", null, "0 1 2")]
    [DataRow("FROM x AS a\nFROM y\nCOPY --from=a / /", null, "0 1")]
    [DataRow("FROM x AS a\nFROM y\nCOPY --from=A / /", null, "0 1")]
    [DataRow("FROM x\nFROM y\nCOPY --from=0 / /", null, "0 1")]
    [DataRow("FROM x\nFROM y\nCOPY --from=busybox / /", null, "1")]
    [DataRow("FROM x AS a\nFROM y AS b\nCOPY --from=a / /\nFROM z\nCOPY --from=b / /", null, "0 1 2")]
    [DataRow("FROM x AS a\nFROM y AS b\nCOPY --from=a / /\nFROM z", "b", "0 1")]
    [DataRow("FROM x AS a\nFROM y", "A", "0")]
    [DataRow("FROM x AS a\nFROM y", "0", "0")]
    [DataRow("FROM x AS A\nFROM A", null, "1")]
    [DataRow("FROM x AS a\nFROM a AS a\nFROM a", null, "0 1 2")]
    [DataRow("FROM x AS a\nFROM y AS a\nFROM a", null, "1 2")]
    [DataRow("FROM a AS a", null, "0")]
    [DataRow("FROM x\nFROM 0", null, "1")]
    [DataRow("FROM scratch\nRUN x\nFROM scratch AS b\nFROM scratch\nCOPY --from=b / /", null, "1 2")]
    [DataRow("ARG N=a\nFROM x AS a\nFROM $N", null, "0 1")]
    [DataRow("FROM x AS a\nCOPY --from=b / /\nFROM y AS b", null, "1")]
    public void Reachable_Stages_AreThoseThatTheTargetNeeds(string text, string? target, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', Reachable(text, target).Select(stage => stage.Index.ToString(CultureInfo.InvariantCulture))));

    [TestMethod]
    [DataRow("FROM x", "b", "OFB2108", 0)]
    [DataRow("FROM x", "1", "OFB2108", 0)]
    [DataRow("FROM x", "-1", "OFB2108", 0)]
    [DataRow("FROM x\nCOPY --from=1 / /", null, "OFB2211", 2)]
    [DataRow("FROM x\nCOPY --from=-1 / /", null, "OFB2211", 2)]
    [DataRow("FROM x\nCOPY --from=0 / /", null, "OFB2211", 2)]
    [DataRow("FROM x AS a\nCOPY --from=a / /", null, "OFB2211", 2)]
    [DataRow("FROM x AS a\nCOPY --from=a / /\nFROM y", null, "OFB2211", 2)]
    [DataRow("FROM x AS a\nCOPY --from=b / /\nFROM y AS b\nFROM a", null, "OFB2211", 2)]
    [DataRow("FROM x AS a\nCOPY --from=1 / /\nFROM y AS b", "a", "OFB2211", 2)]
    [DataRow("FROM x\nCOPY --from=$A / /", null, "OFB2211", 2)]
    [DataRow("FROM x\nCOPY --from=${ / /", null, "OFB2211", 2)]
    [DataRow("FROM $A\nFROM y", null, "OFB2211", 1)]
    public void Reachable_WrongReference_IsACodedErrorWithItsLine(string text, string? target, string code, int line)
    {
        var diagnostic = Assert.ThrowsExactly<DiagnosticException>(() => Reachable(text, target)).Diagnostics.Single();

        Assert.AreEqual((code, "Dockerfile", line), (diagnostic.Descriptor.Code, diagnostic.Location!.File, diagnostic.Location.Line));
    }

    [TestMethod]
    public void Source_OfACopy_IsAStageOrAnImage()
    {
        var document = DockerfileParser.Parse("FROM x AS a\nFROM y\nCOPY --from=a / /\nCOPY --from=0 / /\nCOPY --from=img:1 / /\nCOPY . /", "Dockerfile");

        var sources = document.Stages[1].Instructions.Cast<CopyInstruction>().Select(copy => StageGraph.Source(document, copy)?.Index);

        CollectionAssert.AreEqual(new int?[] { 0, 0, null, null }, sources.ToArray());
    }

    private static IReadOnlyList<Stage> Reachable(string text, string? target)
    {
        var document = DockerfileParser.Parse(text, "Dockerfile");
        var scope = new GlobalScope(document, new Dictionary<string, string>(StringComparer.Ordinal), AnyPlatform, AnyPlatform, target);
        return StageGraph.Reachable(document, target, scope);
    }
}
