using Google.Protobuf;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.TestSupport;
using static OpenFaaS.Build.Tests.BuildKit.Solving.Messages;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

[TestClass]
public sealed class SolveProgressTests
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public void Take_Auto_IsALineAStepWhenItIsDone()
    {
        var progress = Progress(ProgressMode.Auto);
        progress.Take(With(Step('a', "[internal] load build context", 0, 0), Step('a', "[internal] load build context", 0)));
        progress.Take(Transfer('a', 12_400_000));
        progress.Take(With(Step('a', "[internal] load build context", 0, 1.5), Step('b', "[1/2] COPY a b", 1, 1, cached: true), Step('c', "[2/2] RUN make", 1)));
        progress.Take(With(Log('c', "hello\n")));
        progress.Take(With(Step('c', "[2/2] RUN make", 1, 3.25)));
        progress.Take(With(Step('c', "[2/2] RUN make", 1, 3.25)));
        progress.End();

        CollectionAssert.AreEqual(
            new[] { "[internal] load build context: 12.4 MB, 1.5s", "[1/2] COPY a b: CACHED", "[2/2] RUN make: 2.3s" }, log.Messages.ToArray());
    }

    [TestMethod]
    public void Take_Plain_PrintsOutputWithTheStepsNumber()
    {
        var progress = Progress(ProgressMode.Plain);
        progress.Take(With(Step('a', "[1/2] RUN one", 0), Step('b', "[2/2] RUN two")));
        progress.Take(With(Log('a', "out"), Log('a', "err\n", 2), Log('a', "put\npart")));
        progress.Take(Transfer('a', 2000));
        progress.Take(With(Step('a', "[1/2] RUN one", 0, 1), Step('b', "[2/2] RUN two", 1)));
        progress.Take(With(Step('b', "[2/2] RUN two", 1, 2, error: "exit code: 3")));

        CollectionAssert.AreEqual(
            new[]
            {
                "#1 [1/2] RUN one", "#1 err", "#1 output", "#1 transferring context: 2 kB 0.5s done", "#2 [2/2] RUN two", "#1 part", "#1 DONE 2 kB, 1.0s",
                "#2 ERROR: exit code: 3",
            },
            log.Messages.ToArray());
    }

    [TestMethod]
    public void Take_Quiet_PrintsNothing()
    {
        var progress = Progress(ProgressMode.Quiet);
        progress.Take(With(Step('a', "[1/1] RUN one", 0, 1)));
        progress.Take(With(Log('a', "hello\n")));
        progress.End();
        progress.Succeed(5);

        Assert.IsEmpty(log.Messages);
    }

    [TestMethod]
    public void Take_CompletedAgain_TheLastOneWins()
    {
        var progress = Progress(ProgressMode.Auto);
        progress.Take(With(Step('a', "[1/1] RUN one", 0, 0.0001)));
        progress.Take(With(Step('a', "[1/1] RUN one", 0)));
        progress.Take(With(Step('a', "[1/1] RUN one", 0, 0, cached: true)));
        progress.End();
        var summary = progress.Succeed(0);

        CollectionAssert.AreEqual(new[] { "[1/1] RUN one: CACHED", "BuildKit: 1 steps, 1 cached, 0 B sent." }, log.Messages.ToArray());
        Assert.AreEqual(new SolveSummary(1, 1, 0), summary);
    }

    [TestMethod]
    public void Take_CachedStepThatIsFetched_IsToldAndCountedAsCached()
    {
        var progress = Progress(ProgressMode.Auto);
        progress.Take(With(Step('a', "[1/1] RUN x", 0, 0, cached: true)));
        progress.Take(With(Step('a', "[1/1] RUN x", 1, 1.4)));
        progress.End();

        Assert.AreEqual(new SolveSummary(1, 1, 0), progress.Succeed(0));
        CollectionAssert.AreEqual(new[] { "[1/1] RUN x: CACHED", "BuildKit: 1 steps, 1 cached, 0 B sent." }, log.Messages.ToArray());
    }

    [TestMethod]
    public void Take_BaseThatIsBegunAgainAfterItWasTold_IsToldAgain()
    {
        var progress = Progress(ProgressMode.Auto);
        progress.Take(With(Step('a', "[1/2] FROM x", 0, 0.3)));
        progress.Take(With(Step('a', "[1/2] FROM x", 0, 0.3)));
        progress.Take(With(Step('a', "[1/2] FROM x", 1)));
        progress.Take(With(Step('a', "[1/2] FROM x", 1, 3.5)));
        progress.End();

        CollectionAssert.AreEqual(new[] { "[1/2] FROM x: 0.3s", "[1/2] FROM x: 2.5s" }, log.Messages.ToArray());
    }

    [TestMethod]
    public void Succeed_Counts_InstructionsOnly()
    {
        var progress = Progress(ProgressMode.Auto);
        progress.Take(With(
            Step('a', "[internal] load build context", 0, 1), Step('b', "[build 1/2] FROM x", 0, 1, cached: true), Step('c', "[linux/arm64 build 2/2] RUN x", 0, 1),
            Step('d', "exporting to image", 0, 1), Step('e', "[auth] library/x:pull token", 0, 1), Step('f', "[stage-1 1/1] COPY never reached")));
        progress.End();

        Assert.AreEqual(new SolveSummary(2, 1, 12_400_000), progress.Succeed(12_400_000));
        Assert.AreEqual("BuildKit: 2 steps, 1 cached, 12.4 MB sent.", log.Messages.Last());
    }

    [TestMethod]
    public void Succeed_StepToldByTwoDigests_CountsOnce()
    {
        var progress = Progress(ProgressMode.Auto);

        progress.Take(With(Step('a', "[1/2] COPY a /", 0, 1), Step('b', "[1/2] COPY a /", 0, 1, cached: true), Step('c', "[2/2] RUN b", 1, 2)));

        Assert.AreEqual(new SolveSummary(2, 1, 0), progress.Succeed(0));
    }

    [TestMethod]
    public void Succeed_StepFailedWithoutHarm_IsAWarning()
    {
        var progress = Progress(ProgressMode.Quiet);
        progress.Take(With(Step('a', "importing cache manifest from x", 0, 1, error: "x: not found"), Step('b', "[1/1] RUN x", 0, 1, error: "context canceled")));
        progress.Succeed(0);

        Assert.AreEqual("OFB5432", log.Diagnostics.Single().Descriptor.Code);
        Assert.Contains("importing cache manifest", log.Diagnostics.Single().Message);
    }

    [TestMethod]
    public void Take_Case83EndlessOutput_IsClipped()
    {
        var progress = Progress(ProgressMode.Plain);
        progress.Take(With(Step('a', "[1/1] RUN yes", 0)));
        var chunk = With(Log('a', string.Concat(Enumerable.Repeat(new string('y', 99) + "\n", 1000))));
        for (var i = 0; i < 100; i++)
        {
            progress.Take(chunk);
        }

        Assert.IsLessThan(3 << 20, log.Messages.Sum(line => line.Length));
        Assert.AreEqual("#1 [output clipped]", log.Messages.Last());
    }

    [TestMethod]
    public void Take_Case83MillionSteps_MemoryIsBounded()
    {
        var progress = Progress(ProgressMode.Quiet);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 1_000_000; i++)
        {
            var step = new Vertex { Digest = "sha256:" + i, Name = "[1/1] RUN " + i, Started = At(0) };
            var message = With(step);
            message.Statuses.Add(new VertexStatus { Id = "transferring " + i, Vertex = step.Digest, Current = i });
            message.Logs.Add(new VertexLog { Vertex = step.Digest, Msg = ByteString.CopyFromUtf8("line\npart") });
            progress.Take(message);
        }

        Assert.IsLessThan(before + (64 << 20), GC.GetTotalMemory(forceFullCollection: true));
        Assert.IsTrue(progress.HasRunSteps);
    }

    [TestMethod]
    public void Output_FailedStep_IsItsLastLines()
    {
        var progress = Progress(ProgressMode.Auto);
        progress.Take(With(Step('a', "[1/1] RUN x", 0)));
        progress.Take(With(Log('a', string.Concat(Enumerable.Range(1, 100).Select(line => $"line {line}\n")) + "no end")));
        progress.Take(With(Step('a', "[1/1] RUN x", 0, 1, error: "exit code: 1")));

        var output = progress.Output(progress.Failed(null, "")!);

        Assert.HasCount(20, output);
        Assert.AreEqual("no end", output[^1]);
        Assert.AreEqual("  no end", log.Messages.Last());
    }

    [TestMethod]
    [DataRow("[1/2] FROM docker.io/library/busybox:1@sha256:{0}", "docker.io/library/busybox:1")]
    [DataRow("[build 1/2] FROM busybox@sha256:{0}", "docker.io/library/busybox")]
    [DataRow("[linux/arm64 build 1/12] FROM 127.0.0.1:5000/a/b:v1@sha256:{0}", "127.0.0.1:5000/a/b:v1")]
    [DataRow("[context docker.io/library/busybox:1] docker.io/library/busybox:1@sha256:{0}", "docker.io/library/busybox:1")]
    [DataRow("[context base] docker-image://busybox:1@sha256:{0}", "docker.io/library/busybox:1")]
    [DataRow("FROM registry.example.com/tools:2@sha256:{0}", "registry.example.com/tools:2")]
    public void Bases_NamesOfBothEngines_AreRead(string name, string reference)
    {
        var digest = new string('7', 64);
        var progress = Progress(ProgressMode.Quiet);
        progress.Take(With(Step('a', string.Format(System.Globalization.CultureInfo.InvariantCulture, name, digest))));

        Assert.AreEqual("sha256:" + digest, progress.Bases[reference]);
        Assert.HasCount(1, progress.Bases);
    }

    [TestMethod]
    [DataRow("[2/2] RUN echo FROM busybox@sha256:{0}")]
    [DataRow("[1/2] FROM busybox@sha256:{0} AS x")]
    [DataRow("[1/2] FROM busybox:1")]
    [DataRow("[1/2] FROM UPPER@sha256:{0}")]
    [DataRow("[1/2] FROM busybox@sha256:{0}0")]
    [DataRow("[internal] FROM busybox@sha256:{0}")]
    public void Bases_OtherNames_SayNothing(string name)
    {
        var progress = Progress(ProgressMode.Quiet);
        progress.Take(With(Step('a', string.Format(System.Globalization.CultureInfo.InvariantCulture, name, new string('7', 64)))));

        Assert.IsEmpty(progress.Bases);
    }

    private SolveProgress Progress(ProgressMode mode) => new(Plan(log, mode), null);

    private static StatusResponse Transfer(char digit, long bytes)
    {
        var message = new StatusResponse();
        message.Statuses.Add(new VertexStatus { Id = "transferring context:", Name = "transferring", Vertex = Digest(digit), Current = bytes, Started = At(0), Completed = At(0.5) });
        return message;
    }
}
