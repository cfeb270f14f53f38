using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Solving;

/// <summary>Solves by the BuildKit of an old engine (no details of errors) and of a modern one.</summary>
[TestClass, RequiresService("docker"), RequiresService("docker26"), RequiresService("registry")]
public sealed class EngineSolveTests(TestContext context)
{
    private const string Old = "docker", Modern = "docker26";
    private const string Busybox = "FROM scratch\nCOPY busybox /bin/busybox\n";

    [TestMethod, DataRow(Old), DataRow(Modern)]
    public async Task RunAsync_CopyAndRun_GivesTheImageAndTheSecondTimeAllFromTheCache(string service)
    {
        await using var solve = await RealSolve.OpenAsync(service, context.CancellationToken);
        var name = $"solving-{Guid.NewGuid():n}:v1";
        var exporter = new SolveExporter("moby", new Dictionary<string, string> { ["name"] = name });

        // First what no other test has: of a step that two builds share, a daemon tells each the other's name as well.
        var dockerfile = "FROM scratch\nCOPY a.txt /\nCOPY busybox /bin/busybox\nRUN [\"/bin/busybox\", \"sh\", \"-c\", \"echo built >&2\"]\n";
        var text = Guid.NewGuid().ToString();

        var first = await solve.RunAsync(dockerfile, context.CancellationToken, text, exporter);
        var second = await solve.RunAsync(dockerfile, context.CancellationToken, text, exporter);
        await Tool.RunAsync(TestServices.Fact(service, "CLI"), ["rmi", "--no-prune", "--force", name], context.CancellationToken);

        Assert.AreEqual(3, first.Summary.Steps);
        Assert.IsLessThan(3, first.Summary.Cached);
        Assert.AreEqual(3, second.Summary.Steps);
        Assert.AreEqual(3, second.Summary.Cached);
        Assert.IsGreaterThan(0, first.Summary.BytesSent);
        Assert.AreEqual(first.Response["containerimage.digest"], second.Response["containerimage.digest"]);
        Assert.Contains(message => message.StartsWith('#') && message.EndsWith(" built", StringComparison.Ordinal), solve.Log.Messages);
        Assert.Contains("BuildKit: 3 steps, 3 cached", solve.Log.Messages.Last());
        Assert.IsEmpty(solve.Log.Diagnostics);
    }

    [TestMethod, DataRow(Old), DataRow(Modern)]
    public async Task RunAsync_FailingStep_HasExitCodeAndOutput(string service)
    {
        await using var solve = await RealSolve.OpenAsync(service, context.CancellationToken);

        var failure = await solve.FailureAsync(Busybox + "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"echo why; echo because >&2; exit 7\"]\n", context.CancellationToken);

        Assert.AreEqual("OFB5401", failure.Descriptor.Code);
        Assert.Contains("[2/2] RUN", failure.Message);
        Assert.Contains("exit code 7", failure.Message);
        Assert.Contains("because", failure.Message);
        Assert.Contains("why", failure.Message);
        Assert.AreEqual(new SourceLocation("/src/hello/Dockerfile", 3), failure.Location);
    }

    [TestMethod, DataRow(Old), DataRow(Modern)]
    public async Task RunAsync_DockerfileMistake_HasTheLine(string service)
    {
        await using var solve = await RealSolve.OpenAsync(service, context.CancellationToken);

        var failure = await solve.FailureAsync("FROM scratch\n\nNONSENSE a b\n", context.CancellationToken);

        Assert.AreEqual("OFB5403", failure.Descriptor.Code);
        Assert.AreEqual(new SourceLocation("/src/hello/Dockerfile", 3), failure.Location);
        Assert.Contains("NONSENSE", failure.Message);
    }

    [TestMethod]
    [DataRow(Old, "{0}/solving/none:1", "OFB5404")]
    [DataRow(Modern, "{0}/solving/none:1", "OFB5404")]
    [DataRow(Old, "nothing.invalid/none:1", "OFB5406")]
    [DataRow(Modern, "nothing.invalid/none:1", "OFB5406")]
    public async Task RunAsync_BaseThatCannotBeHad_HasItsCode(string service, string image, string code)
    {
        await using var solve = await RealSolve.OpenAsync(service, context.CancellationToken);
        var name = string.Format(System.Globalization.CultureInfo.InvariantCulture, image, TestServices.Endpoint("registry"));

        var failure = await solve.FailureAsync($"FROM {name}\n", context.CancellationToken);

        Assert.AreEqual(code, failure.Descriptor.Code);
        Assert.Contains($"'{name}'", failure.Message);
    }

    [TestMethod]
    [DataRow(Old, "COPY nope /\n", null, "OFB5417")]
    [DataRow(Modern, "COPY nope /\n", null, "OFB5417")]
    [DataRow(Old, "", "nope", "OFB5407")]
    [DataRow(Modern, "", "nope", "OFB5407")]
    [DataRow(Modern, "RUN --network=host [\"/bin/busybox\", \"true\"]\n", null, "OFB5409")]
    public async Task RunAsync_UsersMistake_HasItsCode(string service, string rest, string? target, string code)
    {
        await using var solve = await RealSolve.OpenAsync(service, context.CancellationToken);

        var failure = await solve.FailureAsync(Busybox + rest, context.CancellationToken, target);

        Assert.AreEqual(code, failure.Descriptor.Code, failure.Message);
    }

    [TestMethod, DataRow(Old), DataRow(Modern)]
    public async Task RunAsync_OutputThatTheDaemonLacks_IsACodedErrorWithoutDelay(string service)
    {
        await using var solve = await RealSolve.OpenAsync(service, context.CancellationToken);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => solve.RunAsync(Busybox, context.CancellationToken, exporter: new SolveExporter("nonsense", new Dictionary<string, string>())));

        Assert.AreEqual("OFB5412", failure.Diagnostics.Single().Descriptor.Code, failure.Message);
        Assert.IsLessThan(6, watch.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public async Task RunAsync_DoubtfulDockerfile_IsAWarningAtItsLine()
    {
        await using var solve = await RealSolve.OpenAsync(Modern, context.CancellationToken);

        await solve.RunAsync(Busybox + "RUN [\"/bin/busybox\", \\\n\n  \"true\"]\n", context.CancellationToken);

        var warning = solve.Log.Diagnostics.Single();
        Assert.AreEqual("OFB5430", warning.Descriptor.Code);
        Assert.AreEqual("/src/hello/Dockerfile", warning.Location?.File);
        Assert.IsGreaterThan(2, warning.Location?.Line ?? 0);
    }

    [TestMethod, DataRow(Old), DataRow(Modern)]
    public async Task RunAsync_Case82CancelledInAStep_ItsProcessIsGoneAndTheNextBuildWorks(string service)
    {
        await using var solve = await RealSolve.OpenAsync(service, context.CancellationToken);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var mark = $"60.{Random.Shared.Next(1_000_000, 9_999_999)}";
        var running = solve.RunAsync(Busybox + $"RUN [\"/bin/busybox\", \"sleep\", \"{mark}\"]\n", cancel.Token);
        while (!IsRunning(mark) && !running.IsCompleted)
        {
            await Task.Delay(50, context.CancellationToken);
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(10), context.CancellationToken));

        var limit = DateTime.UtcNow.AddSeconds(10);
        while (IsRunning(mark) && DateTime.UtcNow < limit)
        {
            await Task.Delay(50, context.CancellationToken);
        }

        Assert.IsFalse(IsRunning(mark));
        Assert.AreEqual(1, (await solve.RunAsync(Busybox, context.CancellationToken)).Summary.Steps);
    }

    [TestMethod, DataRow(Old), DataRow(Modern)]
    public async Task RunAsync_Trace_HasEveryStep(string service)
    {
        await using var solve = await RealSolve.OpenAsync(service, context.CancellationToken);
        await solve.RunAsync("FROM scratch\nCOPY a.txt /\n", context.CancellationToken, Guid.NewGuid().ToString());
        var path = Path.Combine(context.Folder(), "trace.json");

        await solve.Trace.WriteAsync(path, context.CancellationToken);

        using var document = System.Text.Json.JsonDocument.Parse(await File.ReadAllBytesAsync(path, context.CancellationToken));
        var names = document.RootElement.GetProperty("traceEvents").EnumerateArray().Select(entry => entry.GetProperty("name").GetString()).ToList();
        Assert.Contains("hello", names);
        Assert.Contains("[1/1] COPY a.txt /", names);
    }

    private static bool IsRunning(string mark) => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).StartsWith($"/bin/busybox\0sleep\0{mark}", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
