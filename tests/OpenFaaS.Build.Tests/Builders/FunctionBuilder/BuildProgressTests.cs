using OpenFaaS.Build.Builders.FunctionBuilder.Results;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.FunctionBuilder;

/// <summary>What is made of a builder's log, and the verdict on it.</summary>
[TestClass]
public sealed class BuildProgressTests(TestContext context)
{
    private const string Time = "2026-01-01T00:00:00Z";
    private const string Hex = "b077f553245c09d789980d081d33d46b93a23c24a5ec0a9c3c26be2c768db93e";
    private static readonly ImageReference Image = new("ttl.example", "me/hello", "1h", null);

    private readonly RecordingLog log = new();

    [TestMethod]
    public void Take_StepsPartsAndOutput_AreShownOncePlainly()
    {
        var progress = new BuildProgress(ProgressMode.Plain, log, Image);

        foreach (var line in new[]
        {
            $"v: {Time} [1/2] FROM docker.io/library/busybox", $"v: {Time} [2/2] RUN npm test", $"l: {Time} ok 1\nok 2", $"v: {Time} [2/2] RUN npm test 0.35s",
            $"v: {Time} exporting to image", $"s: {Time} exporting layers 0", $"s: {Time} exporting layers 512", "another form", "\u001b[31mred\u001b[0m",
        })
        {
            progress.Take(line);
        }

        CollectionAssert.AreEqual(
            new[] { "[1/2] FROM docker.io/library/busybox", "[2/2] RUN npm test", "ok 1", "ok 2", "exporting to image", "exporting layers", "another form", "red" }, log.Messages.ToArray());
        Assert.AreEqual("exporting to image", progress.Step);
        Assert.IsNull(progress.Pushed);
    }

    [TestMethod]
    public void Take_LinesOfAPush_GiveTheLastDigestOfThisImage()
    {
        var progress = new BuildProgress(ProgressMode.Quiet, log, Image);

        progress.Take($"s: {Time} pushing manifest for ttl.example/me/hello:1h@sha256:{new string('0', 64)} 0");
        progress.Take($"s: {Time} pushing manifest for ttl.example/me/hello:1h@sha256:{Hex} 0");
        progress.Take($"s: {Time} pushing manifest for ttl.example/me/hello:2h@sha256:{new string('1', 64)} 0");
        progress.Take($"s: {Time} pushing manifest for ttl.example/me/other:1h@sha256:{new string('2', 64)} 0");
        progress.Take("pushing manifest for ttl.example/me/hello:1h@sha256:short");

        Assert.AreEqual("sha256:" + Hex, progress.Pushed.ToString());
        Assert.IsEmpty(log.Messages);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("first\n")]
    [DataRow("first\ns: " + Time + " ")]
    public void Take_OutputThatLooksLikeAPush_GivesNoDigest(string before)
    {
        var progress = new BuildProgress(ProgressMode.Quiet, log, Image);

        progress.Take($"l: {Time} {before}pushing manifest for ttl.example/me/hello:1h@sha256:{Hex} 0");

        Assert.IsNull(progress.Pushed);
    }

    [TestMethod]
    [DataRow("failed")]
    [DataRow("failure")]
    public void Of_FailedStep_HasCodeLinesAndPlace(string status)
    {
        var failure = Verdict(
            $"{{\"log\":[\"v: {Time} [2/3] RUN echo why && exit 7\",\"l: {Time} why\",\"v: {Time} [2/3] RUN echo why && exit 7 0.10s\"],\"status\":\"{status}\","
            + "\"error\":\"failed to solve: process \\\"/bin/sh -c echo why && exit 7\\\" did not complete successfully: exit code: 7\"}")!;

        Assert.AreEqual("OFB2770", failure.Descriptor.Code);
        Assert.Contains("The step '[2/3] RUN echo why && exit 7' ended with exit code 7 in the OpenFaaS builder. Its last output: why.", failure.Message);
        Assert.AreEqual(new SourceLocation("Dockerfile", 2, 0), failure.Location);
    }

    [TestMethod]
    [DataRow("{\"status\":\"failed\",\"error\":\"no space left\"}", "OFB2769", "no space left")]
    [DataRow("{\"log\":[\"the last word\"],\"status\":\"failure\"}", "OFB2769", "the last word")]
    [DataRow("{\"status\":\"in_progress\"}", "OFB2768", "'in_progress'")]
    [DataRow("{\"status\":\"SUCCESS\"}", "OFB2768", "'SUCCESS'")]
    [DataRow("{\"log\":[]}", "OFB2768", "'none'")]
    [DataRow("", "OFB2768", "'none'")]
    [DataRow("{\"status\":\"success\"}{\"status\":\"failed\",\"error\":\"later\"}", "OFB2769", "later")]
    [DataRow("{\"status\":\"success\"}{\"log\":[\"", "OFB2765", "ends within a result")]
    public void Of_AnythingButSuccess_IsACodedError(string answer, string code, string text)
    {
        var failure = Verdict(answer)!;

        Assert.AreEqual(code, failure.Descriptor.Code);
        Assert.Contains(text, failure.Message);
    }

    [TestMethod]
    public void Of_Success_IsNone() => Assert.IsNull(Verdict("{\"status\":\"in_progress\"}\n{\"status\":\"success\"}"));

    private Diagnostic? Verdict(string answer)
    {
        var build = SampleBuild.Of(context, "FROM scratch\nRUN echo why && exit 7\n", log);
        var progress = new BuildProgress(ProgressMode.Quiet, log, Image);
        var results = new ResultReader(progress.Take);
        results.Take(System.Text.Encoding.UTF8.GetBytes(answer));
        return new BuildFailure(build, "http://127.0.0.1:8081/").Of(results, progress)?.Diagnostics.Single();
    }
}
