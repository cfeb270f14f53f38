using OpenFaaS.Build.Builders.Kaniko;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Kaniko;

/// <summary>Last words of executors, in the form that their source gives them.</summary>
[TestClass]
public sealed class ExecutorFailureTests(TestContext context)
{
    private const string Dockerfile = "FROM r.example/a/b:1 AS one\nRUN echo oops; exit 42\nRUN  two \\\n  lines\n";
    private const string Waited = "error building image: error building stage: failed to execute command: waiting for process to exit: ";
    private const string Get = "error building image: unable to complete operation after 3 attempts, last error: GET https://r.example/v2/a/b/manifests/1: ";

    [TestMethod]
    [DataRow(42, "RUN echo oops; exit 42", Waited + "exit status 42", "OFB2602", 2, "exit code 42")]
    [DataRow(7, "RUN two   lines", Waited + "exit status 7", "OFB2602", 3, "exit code 7")]
    [DataRow(255, "RUN echo oops; exit 42", Waited + "signal: killed", "OFB2602", 2, "exit code 137")]
    [DataRow(137, "RUN echo oops; exit 42", "", "OFB2707", 2, "for want of memory")]
    [DataRow(1, "", "error pushing image: failed to push to destination r.example/f:latest: PUT https://r.example/v2/f/manifests/latest: DENIED: requested access to the resource is denied", "OFB2607", 0, "DENIED")]
    [DataRow(1, "", "error checking push permissions -- make sure you entered the correct tag name, and that you are authenticated correctly, and try again: checking push permission for \"r.example/f:latest\": POST https://r.example/v2/f/blobs/uploads/: UNAUTHORIZED", "OFB2607", 0, "UNAUTHORIZED")]
    [DataRow(1, "", Get + "MANIFEST_UNKNOWN: manifest unknown; unknown tag=1", "OFB2604", 0, "'r.example/a/b:1'")]
    [DataRow(1, "", Get + "UNAUTHORIZED: authentication required", "OFB2605", 0, "'r.example/a/b:1'")]
    [DataRow(1, "", "error building image: Get \"https://r.example/v2/a/b/manifests/1\": dial tcp: lookup r.example: no such host", "OFB2606", 0, "'r.example/a/b:1'")]
    [DataRow(1, "", "error building image: parsing dockerfile: dockerfile parse error line 3: unknown instruction: TWO", "OFB2603", 3, "unknown instruction")]
    [DataRow(1, "", "Error: unknown flag: --image-download-retry", "OFB2603", 0, "--image-download-retry")]
    [DataRow(3, "", "", "OFB2603", 0, "it says nothing")]
    public void Of_LastWords_AreTheErrorWithItsPlace(int exit, string step, string text, string code, int line, string contains)
    {
        var output = new ExecutorOutput(ProgressMode.Quiet, new RecordingLog());
        if (step.Length > 0)
        {
            output.Take($$"""{"level":"info","msg":"{{step}}"}""");
        }

        output.Take("said");
        if (text.Length > 0)
        {
            output.Take(text);
        }

        var build = SampleBuild.Of(context, Dockerfile, new RecordingLog());
        var failure = new ExecutorFailure(build, DockerfileParser.Parse(Dockerfile, "Dockerfile"), [Image("r.example/a/b:1")], [Image("r.example/f:latest")]);
        var diagnostic = failure.Of(exit, output).Diagnostics.Single();

        Assert.AreEqual((code, line), (diagnostic.Descriptor.Code, line == 0 ? 0 : diagnostic.Location!.Line), diagnostic.Message);
        Assert.Contains(contains, diagnostic.Message + diagnostic.Descriptor.Cause);
    }

    private static ImageReference Image(string text) => ImageReference.TryParse(text, out var image) ? image : throw new ArgumentException(text);
}
