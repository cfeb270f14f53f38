using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Tools;

/// <summary>What is made of the plain progress of BuildKit's tools.</summary>
[TestClass]
public sealed class BuildKitTextTests(TestContext context)
{
    private const string Dockerfile = "FROM scratch\nCOPY a /\nRUN echo one && \\\n    exit 7\n";

    [TestMethod]
    public void Of_StepWithCode_HasCodeLinesAndPlaceOfTheFailedStepOnly()
    {
        var failure = Failure(
            "#5 [2/3] RUN echo one && exit 7", "#6 [other 1/1] RUN x", "#6 0.1 of the other", "#5 0.123 one", "#5 0.2 two",
            "#5 ERROR: process \"/bin/sh -c echo one && exit 7\" did not complete successfully: exit code: 7", "#6 CANCELED",
            "error: failed to solve: process \"/bin/sh -c echo one && exit 7\" did not complete successfully: exit code: 7");

        Assert.AreEqual("OFB2602", failure.Descriptor.Code);
        Assert.Contains("The step '[2/3] RUN echo one && exit 7' ended with exit code 7. Its last output: one | two.", failure.Message);
        Assert.AreEqual(3, failure.Location?.Line);
    }

    [TestMethod]
    [DataRow("#2 ERROR: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed", "OFB2605")]
    [DataRow("#2 ERROR: registry.example.com/x:1: not found", "OFB2604")]
    [DataRow("#2 ERROR: failed to do request: Head \"https://registry.example.com/v2/x/manifests/1\": dial tcp: lookup registry.example.com: no such host", "OFB2606")]
    public void Of_ImageThatCannotBeRead_NamesIt(string line, string code)
    {
        var failure = Failure("#2 [internal] load metadata for registry.example.com/x:1", line);

        Assert.AreEqual(code, failure.Descriptor.Code);
        Assert.Contains("'registry.example.com/x:1'", failure.Message);
    }

    [TestMethod]
    [DataRow("Error: failed to solve: dockerfile parse error line 2: unknown instruction: COPPY", 2)]
    [DataRow("error: failed to solve: the daemon ended", 0)]
    [DataRow("time=\"2026-11-23T19:57:31Z\" level=fatal msg=\"cannot reach containerd\"", 0)]
    public void Of_NoStep_IsTheToolsLastWord(string line, int place)
    {
        var failure = Failure(line, "");

        Assert.AreEqual("OFB2603", failure.Descriptor.Code);
        Assert.Contains(line.Contains("solve: ", StringComparison.Ordinal) ? line.Split("solve: ")[1] : line, failure.Message);
        Assert.AreEqual(place, failure.Location?.Line ?? 0);
    }

    [TestMethod]
    public void Of_StepThatPrintsWhatFailuresLookLike_IsNotBelieved()
    {
        var failure = Failure("#5 [2/3] RUN echo one && exit 7", "#5 0.1 ERROR: failed to solve: exit code: 99", "#5 0.2 #7 ERROR: exit code: 98", "#5 ERROR: exit code: 7");

        Assert.Contains("exit code 7.", failure.Message);
    }

    [TestMethod]
    public void Take_EndlessStepsAndLines_StaysBounded()
    {
        var text = new BuildKitText();
        for (var i = 1; i <= 30_000; i++)
        {
            text.Take($"#{i} [step] RUN {i}");
            text.Take($"#{i} 0.1 {new string('x', 5000)}");
        }

        for (var i = 0; i < 1000; i++)
        {
            text.Take("#30000 0.2 last");
        }

        text.Take("#30000 ERROR: gone");

        Assert.AreEqual("[step] RUN 30000", text.FailedStep);
        Assert.HasCount(20, text.FailedOutput);
        Assert.IsLessThan(600, text.FailedOutput.Max(line => line.Length));
    }

    private Diagnostic Failure(params string[] lines)
    {
        var text = new BuildKitText();
        foreach (var line in lines)
        {
            text.Take(line);
        }

        return BuildKitFailure.Of(SampleBuild.Of(context, Dockerfile, new RecordingLog()), "img", 1, text, lines).Diagnostics.Single();
    }
}
