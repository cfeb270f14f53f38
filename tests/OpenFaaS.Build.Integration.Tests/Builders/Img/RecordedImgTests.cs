using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Integration.Tests.Builders.Img;

/// <summary>What the real <c>img</c> 0.5.11 said, read by what reads it in a build.</summary>
[TestClass]
public sealed class RecordedImgTests
{
    [TestMethod]
    public void Read_RecordedBuild_AnnouncesEveryStepOnce()
    {
        var (log, text) = Replay("img-build-oci.stderr");

        Assert.AreEqual("", text.Failure);
        CollectionAssert.AreEqual(
            new[]
            {
                "#1 [internal] load .dockerignore", "#2 [internal] load build definition from Dockerfile.img", "#3 [internal] load build context",
                "#4 [1/2] COPY busybox /bin/busybox", "#5 [2/2] RUN [\"/bin/busybox\",\"touch\",\"/made\"]", "#6 exporting to oci image format", "#7 exporting cache",
            },
            log.Messages.ToList());
    }

    [TestMethod]
    public void Read_RecordedFailure_NamesTheStep()
    {
        var (_, text) = Replay("img-build-failed.stderr");

        Assert.AreEqual("[2/2] RUN [\"/bin/busybox\",\"false\"]", text.FailedStep);
        Assert.IsEmpty(text.FailedOutput);
        Assert.AreEqual("executor failed running [/bin/busybox false]: runc did not terminate successfully", text.Failure);
    }

    private static (RecordingLog Log, BuildKitText Text) Replay(string name)
    {
        var (log, text) = (new RecordingLog(), new BuildKitText());
        var output = new ToolOutput(ProgressMode.Auto, log, text.Take);
        foreach (var line in File.ReadAllLines(Path.Combine(StandInTool.Recorded, name)))
        {
            output.Take(line, isError: true);
        }

        return (log, text);
    }
}
