using OpenFaaS.Build.Builders.Kaniko;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Kaniko;

/// <summary>ADD of a git repository, which the executor would fetch as a page, is seen through variables and quotes.</summary>
[TestClass]
public sealed class DroppedFeaturesTests(TestContext context)
{
    private const string Git = "https://git.example/some/repository.git";

    [TestMethod]
    [DataRow("ADD " + Git + " /src")]
    [DataRow("ADD \"" + Git + "\" /src")]
    [DataRow("ADD [\"" + Git + "#main:docs\", \"/src\"]")]
    [DataRow("ADD HTTPS://git.example/some/repository.git /src")]
    [DataRow("ARG REPO=" + Git + "\nADD ${REPO} /src")]
    [DataRow("ARG REPO=" + Git + "\nADD ${REPO}#main /src")]
    [DataRow("ENV HOST=git.example\nARG REPO=https://$HOST/some/repository.git\nADD a $REPO /src")]
    [DataRow("ARG PART=repository\nADD https://git.example/some/$PART.git /src")]
    [DataRow("ADD https://$FROM_THE_BASE/some/repository.git /src")]
    [DataRow("ENV REPO=a\nARG REPO=" + Git + "\nADD $REPO /src")]
    [DataRow("ARG REPO=" + Git + "\nENV REPO=a\nADD $REPO /src")]
    [DataRow("ARG GIVEN=a\nADD $GIVEN /src")]
    [DataRow("ARG GLOBAL\nADD $GLOBAL /src")]
    [DataRow("ENV REPO=" + Git + "\nFROM one AS two\nADD ${REPO} /src")]
    [DataRow("ADD ${FROM_THE_BASE:-" + Git + "} /src", "OFB2715")]
    [DataRow("ADD $FROM_THE_BASE /src", "OFB2715")]
    [DataRow("ADD htt$FROM_THE_BASE /src", "OFB2715")]
    [DataRow("ADD https://git.example/$FROM_THE_BASE /src", "OFB2715")]
    [DataRow("ADD https://git.example/some/repository.${FROM_THE_BASE}it /src", "OFB2715")]
    [DataRow("ENV REPO=$FROM_THE_BASE\nADD $REPO /src", "OFB2715")]
    [DataRow("ADD $GLOBAL /src", "OFB2715")]
    public void Ensure_RepositoryOfAdd_IsRefusedAtItsLine(string instructions, string code = "OFB2712")
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => Ensure(instructions)).Diagnostics.Single();

        Assert.AreEqual(code, failure.Descriptor.Code, failure.Message);
        Assert.AreEqual(2 + instructions.Split('\n').Length, failure.Location?.Line);
        Assert.DoesNotContain(AddSources.Unknown.ToString(), failure.Message);
    }

    [TestMethod]
    [DataRow("ADD a b.git /src/")]
    [DataRow("ADD https://git.example/archive.tar.gz /src")]
    [DataRow("ARG VERSION\nADD app-${VERSION}.tar.gz /src")]
    [DataRow("ADD app-${FROM_THE_BASE}.tar.gz /src")]
    [DataRow("ADD https://git.example/v$FROM_THE_BASE/app-$FROM_THE_BASE.tar.gz /src")]
    [DataRow("ADD https://git.example/archive.tar.gz?of=repository.git /src")]
    [DataRow("ARG NOTHING\nADD ${NOTHING}a /src")]
    [DataRow("ARG NOTHING\nADD ${NOTHING:-a} /src")]
    [DataRow("COPY $FROM_THE_BASE /src")]
    [DataRow("ENV A=${B:?missing}\nADD a /src")]
    public void Ensure_OtherSourcesOfAdd_AreTheExecutorsBusiness(string instructions) => Ensure(instructions);

    private void Ensure(string instructions)
    {
        var dockerfile = $"ARG GLOBAL={Git}\nFROM registry.example/base AS one\n{instructions}\n";
        var build = SampleBuild.Of(context, dockerfile, new RecordingLog()) with { Arguments = new Dictionary<string, string> { ["GIVEN"] = Git } };
        DroppedFeatures.Ensure(build, DockerfileParser.Parse(dockerfile, "Dockerfile"));
    }
}
