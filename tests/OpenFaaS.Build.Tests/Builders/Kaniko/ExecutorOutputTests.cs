using System.Text;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Kaniko;

[TestClass]
public sealed class ExecutorOutputTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    [DataRow("""{"level":"info","msg":"RUN echo \"a b\"","time":"2026-01-01T00:00:00Z"}""", "Step", "RUN echo \"a b\"")]
    [DataRow("""{"level":"info","msg":"Taking snapshot of full filesystem..."}""", "Information", "Taking snapshot of full filesystem...")]
    [DataRow("""{"level":"fatal","msg":"no more"}""", "Error", "no more")]
    [DataRow("""{"level":"info","msg":"RUN \u001b[31mred\nnext"}""", "Step", "RUN red next")]
    [DataRow("error building image: error building stage", "Error", "error building image: error building stage")]
    [DataRow("Error: unknown flag: --x", "Error", "Error: unknown flag: --x")]
    [DataRow("RUN printed by a step", "Plain", "RUN printed by a step")]
    [DataRow("""{"level":"info","msg":7}""", "Plain", """{"level":"info","msg":7}""")]
    [DataRow("""{"level":"info","msg":"\ud800"}""", "Plain", """{"level":"info","msg":"\ud800"}""")]
    [DataRow("""{"level":{"level":{"level":{"level":1}}},"msg":"x"}""", "Plain", """{"level":{"level":{"level":{"level":1}}},"msg":"x"}""")]
    [DataRow("{}", "Plain", "{}")]
    [DataRow("{ not json }", "Plain", "{ not json }")]
    public void Parse_Line_IsWhatItIs(string line, string kind, string text) =>
        Assert.AreEqual((kind, text), (ExecutorLine.Parse(line).Kind.ToString(), ExecutorLine.Parse(line).Text));

    [TestMethod]
    public async Task Read_FailedStep_KeepsItsOwnLinesAlone()
    {
        var output = new ExecutorOutput(ProgressMode.Auto, log);
        const string Text = """
            {"level":"info","msg":"COPY a /b"}
            earlier
            {"level":"info","msg":"RUN make"}
            {"level":"info","msg":"Cmd: /bin/sh"}
            first
            {"level":"info","msg":"Running: [/bin/sh -c make]"}
            second
            error building image: error building stage: failed to execute command: waiting for process to exit: exit status 2
            """;

        await output.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Text)), context.CancellationToken);

        Assert.AreEqual("RUN make", output.Step);
        Assert.StartsWith(" Its last output: first | second", output.Failure());
        Assert.DoesNotContain("earlier", output.Failure());
        Assert.DoesNotContain("Cmd:", output.Failure());
        Assert.HasCount(1, output.Errors);
    }

    [TestMethod]
    public void Take_LinesWithoutEnd_AreShownUpToABound()
    {
        var output = new ExecutorOutput(ProgressMode.Plain, log);

        for (var i = 0; i < 30_000; i++)
        {
            output.Take("""{"level":"info","msg":"again"}""");
        }

        Assert.HasCount(10_000, log.Messages);
    }
}
