using System.Text.Json;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;
using static OpenFaaS.Build.Tests.BuildKit.Solving.Messages;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

[TestClass]
public sealed class SolveTraceTests(TestContext context)
{
    [TestMethod]
    public async Task WriteAsync_Chrome_HasAProcessAFunctionAndNoOverlapOnAThread()
    {
        using var document = await WriteAsync("trace.json");

        var events = document.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        var names = events.Where(entry => entry.GetProperty("ph").GetString() == "M").Select(entry => entry.GetProperty("args").GetProperty("name").GetString());
        CollectionAssert.AreEqual(new[] { "hello", "world" }, names.ToArray());
        var steps = events.Where(entry => entry.GetProperty("ph").GetString() == "X" && entry.GetProperty("cat").GetString() == "step").ToList();
        Assert.HasCount(6, steps);
        var failed = steps.First(step => step.GetProperty("name").GetString() == "[3/3] RUN c");
        Assert.AreEqual("exit code: 1", failed.GetProperty("args").GetProperty("error").GetString());
        Assert.AreEqual(500_000m, failed.GetProperty("dur").GetDecimal());
        Assert.IsTrue(steps.First(step => step.GetProperty("name").GetString() == "[1/3] RUN a").GetProperty("args").GetProperty("cached").GetBoolean());
        foreach (var thread in steps.GroupBy(step => (step.GetProperty("pid").GetInt32(), step.GetProperty("tid").GetInt32())))
        {
            var ordered = thread.OrderBy(step => step.GetProperty("ts").GetDecimal()).ToList();
            for (var i = 1; i < ordered.Count; i++)
            {
                Assert.IsGreaterThanOrEqualTo(End(ordered[i - 1]), ordered[i].GetProperty("ts").GetDecimal());
            }
        }
    }

    [TestMethod]
    [DataRow("trace.otlp.json")]
    [DataRow("trace.OTLP")]
    public async Task WriteAsync_Otlp_HasARootSpanAFunction(string name)
    {
        using var document = await WriteAsync(name);

        var spans = document.RootElement.GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans").EnumerateArray().ToList();
        var roots = spans.Where(span => !span.TryGetProperty("parentSpanId", out _)).ToList();
        CollectionAssert.AreEqual(new[] { "hello", "world" }, roots.Select(root => root.GetProperty("name").GetString()).ToArray());
        Assert.HasCount(8, spans);
        foreach (var span in spans)
        {
            Assert.MatchesRegex("^[0-9a-f]{32}$", span.GetProperty("traceId").GetString()!);
            Assert.MatchesRegex("^[0-9a-f]{16}$", span.GetProperty("spanId").GetString()!);
            Assert.IsGreaterThanOrEqualTo(long.Parse(span.GetProperty("startTimeUnixNano").GetString()!), long.Parse(span.GetProperty("endTimeUnixNano").GetString()!));
            if (span.TryGetProperty("parentSpanId", out var parent))
            {
                var root = roots.Single(candidate => candidate.GetProperty("spanId").GetString() == parent.GetString());
                Assert.AreEqual(root.GetProperty("traceId").GetString(), span.GetProperty("traceId").GetString());
            }
        }

        Assert.HasCount(spans.Count, spans.Select(span => span.GetProperty("spanId").GetString()).Distinct());
        var failed = spans.First(span => span.GetProperty("name").GetString() == "[3/3] RUN c");
        Assert.AreEqual(2, failed.GetProperty("status").GetProperty("code").GetInt32());
        Assert.AreEqual(Start.AddSeconds(1).ToUnixTimeMilliseconds() + "000000", failed.GetProperty("startTimeUnixNano").GetString());
    }

    [TestMethod]
    [DataRow("trace.json")]
    [DataRow("trace.otlp.json")]
    public async Task WriteAsync_ValueGivenByReference_IsNotInTheFile(string name)
    {
        var trace = new SolveTrace();
        var path = Path.Combine(context.Folder(), name);
        new SolveProgress(Plan(new RecordingLog()), trace.For("hello", new HiddenValues(["canary"])))
            .Take(With(Step('a', "[1/1] ENV WORD=canary", 0, 1, error: "canary is no word")));

        await trace.WriteAsync(path, context.CancellationToken);

        var text = await File.ReadAllTextAsync(path, context.CancellationToken);
        Assert.DoesNotContain("canary", text);
        Assert.Contains("[1/1] ENV WORD=***", text);
    }

    [TestMethod]
    public async Task WriteAsync_NothingRecorded_IsAnEmptyTrace()
    {
        var path = Path.Combine(context.Folder(), "empty.json");
        await new SolveTrace().WriteAsync(path, context.CancellationToken);

        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(path, context.CancellationToken));
        Assert.AreEqual(0, document.RootElement.GetProperty("traceEvents").GetArrayLength());
    }

    [TestMethod]
    public async Task WriteAsync_PlaceIsAFolder_IsACodedErrorAndLeavesNothing()
    {
        var path = Path.Combine(context.Folder(), "folder");
        Directory.CreateDirectory(path);

        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => new SolveTrace().WriteAsync(path, context.CancellationToken));

        Assert.HasCount(1, Directory.GetFileSystemEntries(context.Folder()));
    }

    private static decimal End(JsonElement step) => step.GetProperty("ts").GetDecimal() + step.GetProperty("dur").GetDecimal();

    private async Task<JsonDocument> WriteAsync(string name)
    {
        var trace = new SolveTrace();
        var path = Path.Combine(context.Folder(), name);
        await Task.WhenAll(new[] { "world", "hello" }.Select(function => Task.Run(
            () =>
            {
                var part = trace.For(function);
                var progress = new SolveProgress(Plan(new RecordingLog()), part);
                progress.Take(With(Step('a', "[1/3] RUN a", 0, 1, cached: true), Step('b', "[2/3] RUN b", 0.5, 2)));
                progress.Take(With(Step('a', "[1/3] RUN a", 0, 1, cached: true), Step('c', "[3/3] RUN c", 1, 1.5, error: "exit code: 1")));
                part.End();
            },
            context.CancellationToken)));
        await trace.WriteAsync(path, context.CancellationToken);
        return JsonDocument.Parse(await File.ReadAllBytesAsync(path, context.CancellationToken));
    }
}
