using OpenFaaS.Build.Builders.Podman;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Podman;

/// <summary>Last words of buildah 1.28, podman 4.3 and newer ones, recorded.</summary>
[TestClass]
public sealed class CommandFailureTests
{
    private const string Dockerfile = "FROM r.example/a:1 AS one\nRUN echo oops; exit 42\n\nFROM one\nCOPY nope /\nRUN  two \\\n  lines\n";

    [TestMethod]
    [DataRow(42, "STEP 2/2: RUN echo oops; exit 42", "Error: building at STEP \"RUN echo oops; exit 42\": while running runtime: exit status 42", "OFB2602", 2, "exit code 42")]
    [DataRow(125, "STEP 2/2: RUN echo oops; exit 42", "Error: building at STEP \"RUN echo oops; exit 42\": while running runtime: exit status 125", "OFB2602", 2, "exit code 125")]
    [DataRow(125, "[2/2] STEP 3/3: RUN two lines", "Error: building at STEP \"RUN two lines\": exit status 7", "OFB2602", 6, "exit code 7")]
    [DataRow(125, "STEP 2/2: RUN echo oops; exit 42", "Error: building at STEP \"RUN echo oops; exit 42\": no secret with id exit status 7 found", "OFB2603", 2, "no secret")]
    [DataRow(125, "[2/2] STEP 2/3: COPY nope /", "Error: building at STEP \"COPY nope /\": checking on sources under \"/x/ctx\": copier: stat: \"/nope\": no such file or directory", "OFB5417", 5, "'/nope'")]
    [DataRow(125, "STEP 1/2: FROM r.example/a:1 AS one", "Error: creating build container: initializing source docker://r.example/a:1: reading manifest 1 in r.example/a: manifest unknown: manifest unknown", "OFB2604", 1, "'r.example/a:1'")]
    [DataRow(125, "STEP 1/2: FROM r.example/a:1 AS one", "Error: creating build container: initializing source docker://r.example/a:1: reading manifest 1 in r.example/a: unauthorized: authentication required", "OFB2605", 1, "'r.example/a:1'")]
    [DataRow(125, "STEP 1/2: FROM r.example/a:1 AS one", "Error: creating build container: initializing source docker://r.example/a:1: pinging container registry r.example: Get \"https://r.example/v2/\": dial tcp: lookup r.example: no such host", "OFB2606", 1, "'r.example/a:1'")]
    [DataRow(125, "STEP 1/2: FROM r.example/a@sha256:0000000000000000000000000000000000000000000000000000000000000000 AS one", "Error: creating build container: r.example/a:1: image not known", "OFB2604", 1, "'r.example/a:1'")]
    [DataRow(125, "STEP 1/2: FROM r.example/a:1 AS one", "Error: creating build container: short-name \"nope\" did not resolve to an alias", "OFB2604", 1, "'nope'")]
    [DataRow(125, "", "Error: something new", "OFB2603", 0, "exit code 125: something new")]
    public void Of_RecordedText_IsTheErrorWithItsLine(int exit, string step, string text, string code, int line, string contains)
    {
        var output = new ToolOutput(ProgressMode.Quiet, new RecordingLog(), CommandFailure.Step);
        output.Take(step);
        output.Take("said");
        output.Take(text, isError: true);

        var diagnostic = new CommandFailure("buildah", DockerfileParser.Parse(Dockerfile, "Dockerfile")).Of(exit, output).Diagnostics.Single();

        Assert.AreEqual((code, line), (diagnostic.Descriptor.Code, diagnostic.Location!.Line), diagnostic.Message);
        Assert.Contains(contains, diagnostic.Message);
    }
}
