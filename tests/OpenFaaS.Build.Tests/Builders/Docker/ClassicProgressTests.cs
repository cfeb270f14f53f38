using System.Text.Json;
using OpenFaaS.Build.Builders.Docker.Classic;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Docker;

[TestClass]
public sealed class ClassicProgressTests
{
    private const string Id = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Later = "sha256:ffff456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private readonly RecordingLog log = new();

    [TestMethod]
    public void Take_WholeBuild_TellsStepsAndTheLastImage()
    {
        var progress = Take(ProgressMode.Plain,
            Stream("Step 1/2 : FROM scratch"), Stream("\n"), Stream(" ---> \n"),
            Stream("Step 2/2 : RUN make"), Stream("\n"), Stream(" ---> Running in 789ac3925840\n"),
            Stream("\u001b[91merr ##vso[task.x]\n\u001b[0m"), Stream("half "), Stream("line\n"), Stream("Removing intermediate container 789ac3925840\n"),
            Stream(" ---> 1028896df2fc\n"), Aux(Id), Aux(Later), Stream("Successfully built e9acaadf7877\n"));

        Assert.AreEqual(Later, progress.Image.ToString());
        Assert.AreEqual(2, progress.Number);
        Assert.AreEqual("RUN make", progress.Instruction);
        CollectionAssert.AreEqual(new[] { "err ##vso[task.x]", "half line" }, progress.Tail.ToArray());
        Assert.Contains("#2 [2/2] RUN make", log.Messages);
        Assert.Contains("#2 half line", log.Messages);
        Assert.DoesNotContain(message => message.Contains('\u001b', StringComparison.Ordinal) || message.Contains("--->", StringComparison.Ordinal), log.Messages);
    }

    [TestMethod]
    public void Take_CachedStep_SaysSo()
    {
        Take(ProgressMode.Auto, Stream("Step 1/1 : RUN make"), Stream("\n"), Stream(" ---> Using cache\n"), Stream(" ---> 1028896df2fc\n"));

        CollectionAssert.AreEqual(new[] { "[1/1] RUN make: CACHED" }, log.Messages.ToArray());
    }

    [TestMethod]
    public void Take_OutputThatLooksLikeAnotherStep_IsOutput()
    {
        var progress = Take(ProgressMode.Plain, Stream("Step 1/2 : RUN liar"), Stream("\n"), Stream("Step 7/9 : RUN other\n"), Stream("Step 1/2 : RUN liar\n"));

        Assert.AreEqual("RUN liar", progress.Instruction);
        Assert.HasCount(2, progress.Tail);
    }

    [TestMethod]
    [DataRow("""{"errorDetail":{"code":7,"message":"The command returned a non-zero code: 7"},"error":"x"}""", "The command returned a non-zero code: 7", 7L)]
    [DataRow("""{"errorDetail":{"message":"no such image\u001b[31m."}}""", "no such image", null)]
    [DataRow("""{"error":"old form"}""", "old form", null)]
    [DataRow("""{"errorDetail":{"code":"7","message":""},"error":"x"}""", "x", null)]
    public void Take_Case83ErrorInsideOfSuccess_IsTheError(string item, string error, long? code)
    {
        var progress = Take(ProgressMode.Auto, Stream("Step 1/1 : RUN x"), item, """{"error":"a later one"}""");

        Assert.AreEqual(error, progress.Error);
        Assert.AreEqual(code, progress.ExitCode);
    }

    [TestMethod]
    [DataRow("""{"aux":{"ID":"0123"}}""")]
    [DataRow("""{"aux":"sha256"}""")]
    [DataRow("""{"aux":{"ID":7},"stream":7,"status":[],"errorDetail":[],"error":{}}""")]
    [DataRow("{}")]
    public void Take_NoIdOrOtherTypes_IsNoImage(string item)
    {
        var progress = Take(ProgressMode.Auto, item);

        Assert.IsNull(progress.Image);
        Assert.IsNull(progress.Error);
    }

    [TestMethod]
    public void Take_MuchOutput_KeepsTheLastLines()
    {
        var progress = Take(ProgressMode.Quiet, [Stream("Step 1/1 : RUN x"), .. Enumerable.Range(0, 1000).Select(i => Stream($"line {i} {new string('x', 2000)}\n"))]);

        Assert.HasCount(20, progress.Tail);
        Assert.StartsWith("line 999 ", progress.Tail[^1]);
        Assert.IsLessThan(600, progress.Tail[^1].Length);
        Assert.IsEmpty(log.Messages);
    }

    private static string Stream(string text) => JsonSerializer.Serialize(new Dictionary<string, string> { ["stream"] = text });

    private static string Aux(string id) => JsonSerializer.Serialize(new { aux = new { ID = id } });

    private ClassicProgress Take(ProgressMode mode, params string[] items)
    {
        var progress = new ClassicProgress(mode, log, TimeProvider.System);
        foreach (var item in items)
        {
            using var document = JsonDocument.Parse(item);
            progress.Take(document.RootElement);
        }

        progress.End();
        return progress;
    }
}
