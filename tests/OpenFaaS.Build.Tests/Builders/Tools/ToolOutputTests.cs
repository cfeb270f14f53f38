using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Tools;

[TestClass]
public sealed class ToolOutputTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Read_Auto_ShowsStepsAndKeepsTheEndOfTheLastOne()
    {
        var output = Output(ProgressMode.Auto);
        await ReadAsync(output, "STEP one\nearly\nSTEP two\n");
        await ReadAsync(output, string.Concat(Enumerable.Range(1, 30).Select(n => $"line {n}\n")));
        await ReadAsync(output, "Error: it failed\n", isError: true);

        CollectionAssert.AreEqual(new[] { "STEP one", "STEP two" }, log.Messages.ToList());
        Assert.AreEqual("two", output.Step);
        var text = output.Failure();
        Assert.StartsWith(" Its last output: line 12 | ", text);
        Assert.EndsWith("line 30 | Error: it failed.", text);
        CollectionAssert.AreEqual(new[] { "Error: it failed" }, output.Errors.ToList());
        Assert.AreEqual(22, log.Messages.Count);
    }

    [TestMethod]
    public async Task Read_Quiet_ShowsNothing()
    {
        var output = Output(ProgressMode.Quiet);
        await ReadAsync(output, "STEP one\nsaid\n");

        Assert.Contains("said", output.Failure());
        Assert.IsEmpty(log.Messages);
    }

    [TestMethod]
    public async Task Read_Plain_ShowsAllUpToABound()
    {
        var output = Output(ProgressMode.Plain);
        await ReadAsync(output, "STEP one\n" + string.Concat(Enumerable.Repeat(new string('x', 8000) + "\n", 300)) + "STEP two\nlast\n");

        CollectionAssert.IsSubsetOf(new[] { "STEP one", "[output clipped]", "STEP two", "last" }, log.Messages.ToList());
        Assert.IsLessThan(2_100_000, log.Messages.Sum(message => message.Length));
    }

    [TestMethod]
    public async Task Read_HostileText_IsNeutralAndBounded()
    {
        var output = Output(ProgressMode.Plain);
        await ReadAsync(output, "\u001b[31mred\u001b[0m\u0007 \u202e\n" + new string('y', 100_000));

        Assert.AreEqual("red\uFFFD \uFFFD", log.Messages.First());
        Assert.IsLessThan(9000, log.Messages.Last().Length);
        Assert.IsLessThan(9000, output.Failure().Length);
    }

    private ToolOutput Output(ProgressMode mode) => new(mode, log, line => line.StartsWith("STEP ", StringComparison.Ordinal) ? line[5..] : null);

    private async Task ReadAsync(ToolOutput output, string text, bool isError = false)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        await output.ReadAsync(stream, isError, context.CancellationToken);
    }
}
