using System.Diagnostics;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.TestSupport;
using static OpenFaaS.Build.Tests.BuildKit.Solving.Messages;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

/// <summary>Solves against a stand-in daemon.</summary>
[TestClass]
public sealed class SolveAttemptTests(TestContext context)
{
    private static readonly SolveExporter Image = new("image", new Dictionary<string, string> { ["name"] = "a/b", ["push"] = "true" });

    private static readonly Diagnostic Refusal = RegistryDiagnostics.RealmRefused.With("r.example", "https://t.example", "no");

    private static readonly StatusResponse[] Script =
    [
        With(Step('a', "[internal] load build context", 0)), With(Step('a', "[internal] load build context", 0, 1), Step('b', "[1/1] RUN x", 1)),
        With(Log('b', "hello\n")), With(Step('b', "[1/1] RUN x", 1, 2)),
    ];

    private readonly RecordingLog log = new();
    private readonly TaskCompletionSource lost = new();
    private Task opened = Task.CompletedTask;
    private IReadOnlyList<Diagnostic> refused = [];

    [TestMethod]
    public async Task RunAsync_Answer_IsTheResult()
    {
        var plan = Plan(log, exporter: Image, filename: "Dockerfile") with { Entitlements = ["network.host"], CacheImports = [new CacheEntry("registry", new Dictionary<string, string> { ["ref"] = "a/c" })] };
        await using var daemon = await StandInControl.StartAsync((_, _) => Answer(), PlayAsync);

        var result = await RunAsync(daemon, plan);

        Assert.AreEqual(Digest('9'), result.Response["containerimage.digest"]);
        Assert.AreEqual(new SolveSummary(1, 0, 42), result.Summary);
        var request = daemon.Requests.Single();
        Assert.AreEqual("session", request.Session);
        Assert.AreEqual("dockerfile.v0", request.Frontend);
        Assert.AreEqual("Dockerfile", request.FrontendAttrs["filename"]);
        Assert.IsGreaterThanOrEqualTo(25, request.Ref.Length);
        Assert.AreEqual("image", request.ExporterDeprecated);
        Assert.AreEqual("a/b", request.ExporterAttrsDeprecated["name"]);
        Assert.AreEqual("image", request.Exporters.Single().Type);
        Assert.AreEqual("true", request.Exporters.Single().Attrs["push"]);
        Assert.AreEqual("a/c", request.Cache.Imports.Single().Attrs["ref"]);
        Assert.AreEqual("network.host", request.Entitlements.Single());
    }

    [TestMethod]
    public async Task RunAsync_NoExporter_HasAnEmptyCacheMessage()
    {
        await using var daemon = await StandInControl.StartAsync((_, _) => Task.FromResult(new SolveResponse()), PlayAsync);

        await RunAsync(daemon, Plan(log));

        Assert.IsNotNull(daemon.Requests.Single().Cache);
        Assert.IsEmpty(daemon.Requests.Single().Exporters);
    }

    [TestMethod]
    [DataRow("image", null)]
    [DataRow("image", "latest")]
    [DataRow("moby", "")]
    [DataRow("oci", "sha256:123")]
    public async Task RunAsync_Case83AnswerWithoutDigest_IsNoSuccess(string exporter, string? digest)
    {
        var response = new SolveResponse();
        if (digest is not null)
        {
            response.ExporterResponse["containerimage.digest"] = digest;
        }

        await using var daemon = await StandInControl.StartAsync((_, _) => Task.FromResult(response), PlayAsync);

        Assert.AreEqual("OFB5415", await CodeAsync(daemon, Plan(log, exporter: Image with { Type = exporter })));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public async Task RunAsync_Case81DaemonEndsAfterAMessage_IsLost(int messages)
    {
        var told = new TaskCompletionSource();
        await using var daemon = await StandInControl.StartAsync(
            async (_, call) =>
            {
                await told.Task;
                call.GetHttpContext().Abort();
                return new SolveResponse();
            },
            async (stream, _) =>
            {
                foreach (var message in Script.Take(messages))
                {
                    await stream.WriteAsync(message);
                }

                told.SetResult();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            });
        var progress = new SolveProgress(Plan(log), null);

        var failure = await Assert.ThrowsExactlyAsync<DaemonLostException>(() => Attempt(daemon, Plan(log), progress).RunAsync(context.CancellationToken));

        Assert.AreEqual("OFB5411", failure.Told.Diagnostics[0].Descriptor.Code);
        Assert.AreEqual(messages > 1, progress.HasRunSteps);
    }

    [TestMethod]
    public async Task RunAsync_Case83StatusCutAtAMessage_TheAnswerDecides()
    {
        for (var cut = 0; cut <= Script.Length; cut++)
        {
            var told = new TaskCompletionSource();
            await using var daemon = await StandInControl.StartAsync(
                async (_, _) =>
                {
                    await told.Task;
                    return await Answer();
                },
                async (stream, call) =>
                {
                    foreach (var message in Script.Take(cut))
                    {
                        await stream.WriteAsync(message);
                    }

                    told.SetResult();
                    await call.GetHttpContext().Response.Body.FlushAsync(context.CancellationToken);
                    throw new RpcException(new Status(StatusCode.Internal, "cut"));
                });

            Assert.AreEqual(Digest('9'), (await RunAsync(daemon, Plan(log, exporter: Image))).Response["containerimage.digest"]);
        }

        Assert.HasCount(Script.Length + 1, log.Diagnostics.Where(diagnostic => diagnostic.Descriptor.Code == "OFB5433"));
    }

    [TestMethod]
    public async Task RunAsync_FailsBeforeThereIsAJob_DoesNotWaitForStatus()
    {
        await using var daemon = await StandInControl.StartAsync(
            (_, _) => throw new RpcException(new Status(StatusCode.Unknown, "exporter \"oci\" could not be found")), (_, call) => SilenceAsync(call));
        var watch = Stopwatch.StartNew();

        Assert.AreEqual("OFB5412", await CodeAsync(daemon, Plan(log, exporter: Image)));

        Assert.IsLessThan(4, watch.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public async Task RunAsync_FailsAfterSteps_HasTheOutputThatCameLater()
    {
        var failed = new TaskCompletionSource();
        await using var daemon = await StandInControl.StartAsync(
            async (_, _) =>
            {
                await failed.Task;
                throw Errors.With("process \"x\" did not complete successfully: exit code: 7", Errors.Vertex(Digest('b')), Errors.Exit(7));
            },
            async (stream, call) =>
            {
                await stream.WriteAsync(Script[1]);
                failed.SetResult();
                await Task.Delay(300, call.CancellationToken);
                await stream.WriteAsync(With(Log('b', "late\n")));
            });

        var failure = await FailureAsync(daemon, Plan(log));

        Assert.AreEqual("OFB5401", failure.Descriptor.Code);
        Assert.Contains("Its last output: late.", failure.Message);
    }

    [TestMethod]
    public async Task RunAsync_StatusNotFoundYet_IsAskedAgain()
    {
        var asked = 0;
        await using var daemon = await StandInControl.StartAsync(
            async (_, _) =>
            {
                await Task.Delay(1000, context.CancellationToken);
                return await Answer();
            },
            async (stream, call) =>
            {
                if (Interlocked.Increment(ref asked) == 1)
                {
                    throw new RpcException(new Status(StatusCode.NotFound, "no such job"));
                }

                await PlayAsync(stream, call);
            });

        Assert.AreEqual(1, (await RunAsync(daemon, Plan(log, exporter: Image))).Summary.Steps);
    }

    [TestMethod]
    public async Task RunAsync_Case81SessionLostInSilence_EndsWithItsReason()
    {
        await using var daemon = await StandInControl.StartAsync((_, call) => SilenceAsync(call), (_, call) => SilenceAsync(call));
        var running = Attempt(daemon, Plan(log), new SolveProgress(Plan(log), null)).RunAsync(context.CancellationToken);
        await ArrivedAsync(daemon);
        lost.SetException(BuildKitSolveDiagnostics.DaemonLost.With("x", "silent for 25 seconds").ToException());

        var failure = await Assert.ThrowsExactlyAsync<DaemonLostException>(() => running.WaitAsync(TimeSpan.FromSeconds(10), context.CancellationToken));

        Assert.Contains("silent for 25 seconds", failure.Told.Message);
        await daemon.Cancelled.WaitAsync(TimeSpan.FromSeconds(10), context.CancellationToken);
    }

    [TestMethod]
    public async Task RunAsync_Case81SessionLost_TellsWhatWasHeldBack()
    {
        await using var daemon = await StandInControl.StartAsync(
            (_, call) => SilenceAsync(call),
            async (stream, call) =>
            {
                await stream.WriteAsync(With(Step('a', "[1/2] RUN x", 1, 1)));
                await Task.Delay(Timeout.Infinite, call.CancellationToken);
            });
        var progress = new SolveProgress(Plan(log), null);
        var running = Attempt(daemon, Plan(log), progress).RunAsync(context.CancellationToken);
        while (!progress.HasRunSteps)
        {
            await Task.Delay(10, context.CancellationToken);
        }

        lost.SetException(BuildKitSolveDiagnostics.DaemonLost.With("x", "gone").ToException());
        await Assert.ThrowsExactlyAsync<DaemonLostException>(() => running);

        Assert.Contains("[1/2] RUN x", string.Join('\n', log.Messages));
    }

    [TestMethod]
    public async Task RunAsync_AccessFailedAndTheDaemonDidWithout_IsAWarning()
    {
        refused = [Refusal];
        await using var daemon = await StandInControl.StartAsync((_, _) => Answer(), PlayAsync);

        var result = await RunAsync(daemon, Plan(log, exporter: Image));

        Assert.AreEqual(Digest('9'), result.Response["containerimage.digest"]);
        var warning = log.Diagnostics.Single();
        Assert.AreEqual("OFB5104", warning.Descriptor.Code);
        Assert.Contains($"{Refusal.Descriptor.Code}: {Refusal.Message.TrimEnd('.')}.", warning.Message);
    }

    [TestMethod]
    public async Task RunAsync_AccessFailedAndTheDaemonFailsOfIt_IsTheError()
    {
        refused = [Refusal];
        await using var daemon = await StandInControl.StartAsync(
            (_, _) => throw new RpcException(new Status(StatusCode.Unknown, $"failed to authorize: rpc error: desc = {Refusal.Descriptor.Code}: no")), PlayAsync);

        Assert.AreSame(Refusal, await FailureAsync(daemon, Plan(log)));
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public async Task RunAsync_AccessFailedAndTheDaemonFailsOfAStep_IsTheStepsErrorWithAWarning()
    {
        refused = [Refusal];
        await using var daemon = await StandInControl.StartAsync(
            (_, _) => throw Errors.With("process \"x\" did not complete successfully: exit code: 7", Errors.Vertex(Digest('b')), Errors.Exit(7)), PlayAsync);

        Assert.AreEqual("OFB5401", await CodeAsync(daemon, Plan(log)));
        Assert.AreEqual("OFB5104", log.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public async Task RunAsync_FailureOfThisSide_WinsOverTheDaemons()
    {
        var own = LayerDiagnostics.FileChanged.With("x", "it shrank").ToException();
        await using var refusing = await StandInControl.StartAsync((_, _) => throw new RpcException(new Status(StatusCode.Unknown, "failed to copy")), PlayAsync);
        await using var agreeing = await StandInControl.StartAsync((_, _) => Answer(), PlayAsync);

        Assert.AreEqual("OFB4001", await CodeAsync(refusing, Plan(log), own));
        Assert.AreEqual("OFB4001", await CodeAsync(agreeing, Plan(log, exporter: Image), own));
    }

    [TestMethod]
    public async Task RunAsync_Case82Cancelled_ResetsTheCall()
    {
        await using var daemon = await StandInControl.StartAsync((_, call) => SilenceAsync(call), (_, call) => SilenceAsync(call));
        using var cancel = new CancellationTokenSource();
        var running = Attempt(daemon, Plan(log), new SolveProgress(Plan(log), null)).RunAsync(cancel.Token);
        await ArrivedAsync(daemon);
        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(10), context.CancellationToken));
        await daemon.Cancelled.WaitAsync(TimeSpan.FromSeconds(10), context.CancellationToken);
    }

    private static Task<SolveResponse> Answer() => Task.FromResult(new SolveResponse { ExporterResponse = { ["containerimage.digest"] = Digest('9') } });

    private static async Task<SolveResponse> SilenceAsync(ServerCallContext call)
    {
        await Task.Delay(Timeout.Infinite, call.CancellationToken);
        return new SolveResponse();
    }

    private static async Task PlayAsync(IServerStreamWriter<StatusResponse> stream, ServerCallContext call)
    {
        foreach (var message in Script)
        {
            await stream.WriteAsync(message, call.CancellationToken);
        }
    }

    [TestMethod]
    public async Task RunAsync_SolveGivesUpBeforeTheSessionIsRefused_IsTheRefusal()
    {
        var opening = new TaskCompletionSource();
        opened = opening.Task;
        await using var daemon = await StandInControl.StartAsync(
            (_, _) =>
            {
                _ = Task.Delay(100, context.CancellationToken).ContinueWith(_ => opening.SetException(Refused()), TaskScheduler.Default);
                throw new RpcException(new Status(StatusCode.Unknown, "no active session for abc: context deadline exceeded"));
            },
            (_, _) => Task.CompletedTask);

        Assert.AreEqual("OFB5015", await CodeAsync(daemon, Plan(log)));
    }

    [TestMethod]
    public async Task RunAsync_SessionIsRefusedWhileTheSolveWaits_IsTheRefusalAndNoLostDaemon()
    {
        lost.SetException(Refused());
        opened = lost.Task;
        await using var daemon = await StandInControl.StartAsync(
            (_, call) => SilenceAsync(call),
            (_, _) => Task.CompletedTask);

        Assert.AreEqual("OFB5015", await CodeAsync(daemon, Plan(log)));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task RunAsync_DaemonOfTheSessionIsNotThereAnyMore_IsLost(bool solveIsFirst)
    {
        var opening = new TaskCompletionSource();
        opened = opening.Task;
        var gone = BuildKitConnectionDiagnostics.SocketStale.With("/run/x.sock").ToException();
        if (!solveIsFirst)
        {
            opening.SetException(gone);
            lost.SetException(gone);
        }

        await using var daemon = await StandInControl.StartAsync(
            (_, call) =>
            {
                if (!solveIsFirst)
                {
                    return SilenceAsync(call);
                }

                opening.SetException(gone);
                throw new RpcException(new Status(StatusCode.Unknown, "no active session for abc: context deadline exceeded"));
            },
            (_, _) => Task.CompletedTask);

        var failure = await Assert.ThrowsExactlyAsync<DaemonLostException>(() => RunAsync(daemon, Plan(log)));

        Assert.AreEqual("OFB5006", failure.Told.Diagnostics.Single().Descriptor.Code);
    }

    private static DiagnosticException Refused() => BuildKitConnectionDiagnostics.EngineRefused.With("unix:///run/x.sock", "it answers no").ToException();

    private async Task ArrivedAsync(StandInControl daemon)
    {
        while (daemon.Requests.Count == 0)
        {
            await Task.Delay(10, context.CancellationToken);
        }
    }

    private async Task<string> CodeAsync(StandInControl daemon, SolvePlan plan, DiagnosticException? own = null) => (await FailureAsync(daemon, plan, own)).Descriptor.Code;

    private async Task<Diagnostic> FailureAsync(StandInControl daemon, SolvePlan plan, DiagnosticException? own = null) =>
        (await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => Attempt(daemon, plan, new SolveProgress(plan, null), own).RunAsync(context.CancellationToken))).Diagnostics.Single();

    private Task<SolveResult> RunAsync(StandInControl daemon, SolvePlan plan) => Attempt(daemon, plan, new SolveProgress(plan, null)).RunAsync(context.CancellationToken);

    private SolveAttempt Attempt(StandInControl daemon, SolvePlan plan, SolveProgress progress, DiagnosticException? own = null) =>
        new(new SolveLink(daemon.Client, "unix:///run/x.sock", "session", opened, lost.Task, () => own, () => 42) { FailedAccess = () => refused }, plan, progress, TimeProvider.System);
}
