using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.Dockerfiles;

[TestClass]
public sealed class StageImagesTests
{
    private static readonly Platform AnyPlatform = Platform.Parse("linux/amd64");

    [TestMethod]
    [DataRow("FROM x", null, "docker.io/library/x 1")]
    [DataRow("FROM scratch\nCOPY a /", null, "")]
    [DataRow("ARG N=y:2\nFROM $N", null, "docker.io/library/y:2 2")]
    [DataRow("FROM x-$TARGETARCH", null, "docker.io/library/x-amd64 1")]
    [DataRow("FROM x AS a\nFROM a\nFROM x", null, "docker.io/library/x 3")]
    [DataRow("FROM x AS a\nFROM y AS b\nFROM a\nCOPY --from=b / /", null, "docker.io/library/x 1, docker.io/library/y 2")]
    [DataRow("FROM x AS unused\nFROM y\nCOPY --from=z:1 / /\nCOPY --from=z:1 /a /b", null, "docker.io/library/y 2, docker.io/library/z:1 3")]
    [DataRow("FROM x AS a\nCOPY --from=z / /\nFROM y", "a", "docker.io/library/x 1, docker.io/library/z 2")]
    [DataRow("FROM x\nCOPY --from=0 / /\nFROM y\nCOPY --from=0 / /", "0", null)]
    [DataRow("FROM x\nRUN --mount=type=bind,from=z:1,target=/z a", null, "docker.io/library/x 1, docker.io/library/z:1 2")]
    [DataRow("FROM y AS s\nFROM x\nRUN --mount=from=S,target=/z --mount=type=cache,target=/c a", null, "docker.io/library/y 1, docker.io/library/x 2")]
    [DataRow("FROM y\nFROM x\nRUN --mount=from=0,target=/z a", null, "docker.io/library/y 1, docker.io/library/x 2")]
    [DataRow("FROM x\nRUN --mount=from=$N,target=/z --mount=from=,target=/y a", null, "docker.io/library/x 1")]
    public void Of_Dockerfile_NamesEachImageOnce(string text, string? target, string? expected)
    {
        var document = DockerfileParser.Parse(text, "Dockerfile");
        if (expected is null)
        {
            Assert.ThrowsExactly<DiagnosticException>(() => Of(document, target));
            return;
        }

        Assert.AreEqual(expected, string.Join(", ", Of(document, target).Select(image => $"{image.Image} {image.At.Line}")));
    }

    [TestMethod]
    [DataRow("FROM scratch\nFROM Not/A/Reference", 2)]
    [DataRow("FROM scratch\nCOPY --from=Not/A/Reference / /", 2)]
    public void Of_NoReference_IsAnErrorAtItsLine(string text, int line)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Of(DockerfileParser.Parse(text, "Dockerfile"), null));

        Assert.AreEqual(EmbeddedDiagnostics.ReservedStageName, error.Diagnostics[0].Descriptor);
        Assert.AreEqual(line, error.Diagnostics[0].Location!.Line);
    }

    private static IReadOnlyList<(ImageReference Image, SourceLocation At)> Of(DockerfileDocument document, string? target) =>
        StageImages.Of(document, target, new GlobalScope(document, new Dictionary<string, string>(), AnyPlatform, AnyPlatform, target));
}
