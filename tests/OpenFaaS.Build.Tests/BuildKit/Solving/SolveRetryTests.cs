using Grpc.Core;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;
using static OpenFaaS.Build.Tests.BuildKit.Solving.Messages;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

[TestClass]
public sealed class SolveRetryTests(TestContext context)
{
    private static readonly SolveResult Good = new(new Dictionary<string, string>(), new Dictionary<string, string>(), new SolveSummary(1, 0, 0));

    private readonly RecordingLog log = new();
    private readonly ImpatientTime time = new();

    [TestMethod]
    public async Task RunAsync_Case81LostBeforeAStep_IsTriedOnceMore()
    {
        var result = await RunAsync((attempt, progress) =>
        {
            progress.Take(With(Step('a', "[internal] load build context", 0)));
            return attempt == 1 ? throw Lost() : Good;
        });

        Assert.AreSame(Good, result);
        Assert.Contains("trying once more", log.Messages.Single());
        Assert.HasCount(1, time.Waits);
    }

    [TestMethod]
    public async Task RunAsync_Case81LostAfterAStep_IsTheError()
    {
        var attempts = 0;

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync((attempt, progress) =>
        {
            attempts = attempt;
            progress.Take(With(Step('a', "[1/2] RUN x", 0)));
            throw Lost();
        }));

        Assert.AreEqual("OFB5411", failure.Diagnostics[0].Descriptor.Code);
        Assert.AreEqual(1, attempts);
        Assert.IsFalse(failure.Find<DaemonLostException>()?.IsUndone);
    }

    [TestMethod]
    public async Task RunAsync_Case81LostWhenAnOutputHadBegun_IsTheError()
    {
        await using var receiver = ArchiveReceiver.ToFile(Path.Combine(context.Folder(), "image.tar"));
        await receiver.ReceiveAsync(new NothingStandIn(), null!, new Dictionary<string, string>(), failure => failure, context.CancellationToken);
        var attempts = 0;

        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(
            (attempt, _) =>
            {
                attempts = attempt;
                throw Lost();
            },
            receiver));

        Assert.AreEqual(1, attempts);
    }

    [TestMethod]
    public async Task RunAsync_Case81LostTwice_IsTheError()
    {
        var attempts = 0;

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync((attempt, _) =>
        {
            attempts = attempt;
            throw Lost();
        }));

        Assert.AreEqual(2, attempts);
        Assert.IsTrue(failure.Find<DaemonLostException>()?.IsUndone);
    }

    [TestMethod]
    public async Task RunAsync_Case81LostTwiceTheSecondTimeInAStep_IsNotUndone()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync((attempt, progress) =>
        {
            progress.Take(With(Step('a', attempt == 1 ? "[internal] load build context" : "[1/2] RUN x", 0)));
            throw Lost();
        }));

        Assert.IsFalse(failure.Find<DaemonLostException>()?.IsUndone);
    }

    [TestMethod]
    public async Task RunAsync_BuildFailed_IsNotTriedAgain()
    {
        var attempts = 0;

        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync((attempt, _) =>
        {
            attempts = attempt;
            throw BuildKitSolveDiagnostics.SolveFailed.With("x", "").ToException();
        }));

        Assert.AreEqual(1, attempts);
    }

    private static DaemonLostException Lost() => DaemonLostException.Of("gone", "unix:///x");

    private Task<SolveResult> RunAsync(Func<int, SolveProgress, SolveResult> attempt, params IOutputReceiver[] outputs)
    {
        var (plan, count) = (Plan(log), 0);
        plan = plan with { Session = plan.Session with { Outputs = outputs } };
        return new SolveRetry(plan, time).RunAsync(
            (progress, _) => Task.FromResult(attempt(++count, progress)), () => new SolveProgress(plan, null), context.CancellationToken);
    }

    private sealed class NothingStandIn : IAsyncStreamReader<ReadOnlyMemory<byte>>
    {
        public ReadOnlyMemory<byte> Current => default;

        public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromResult(false);
    }
}
