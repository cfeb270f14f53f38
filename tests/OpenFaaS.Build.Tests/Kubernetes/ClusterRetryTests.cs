using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Connections;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Kubernetes;

/// <summary>How long failures are borne.</summary>
[TestClass]
public sealed class ClusterRetryTests(TestContext context)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly FastTime time = new(20);
    private int attempts;

    [TestMethod]
    public async Task Run_FailsForGood_IsRepeatedUntilThePatienceIsOver()
    {
        var begun = time.GetTimestamp();

        var failure = await FailAsync(_ => Failure());

        Assert.AreEqual("OFB2804", failure.Diagnostics.Single().Descriptor.Code);
        Assert.IsGreaterThan(6, attempts);
        Assert.IsGreaterThanOrEqualTo(Patience, time.GetElapsedTime(begun));
    }

    [TestMethod]
    public async Task Run_AnswersWithinThePatience_IsTheAnswer() => Assert.AreEqual("answer", await RunAsync(attempt => attempt <= 8 ? Failure() : null));

    [TestMethod]
    public async Task Run_ServerAsksToWaitForLongerThanThePatience_FailsAtOnce()
    {
        await FailAsync(_ => Failure(retryAfter: 90));

        Assert.AreEqual(1, attempts);
    }

    [TestMethod]
    public async Task Run_RefusedAfterOtherFailures_IsTriedOnceMore()
    {
        Assert.AreEqual("answer", await RunAsync(attempt => attempt switch { 1 or 2 => Failure(), 3 => Refusal(), _ => null }));

        Assert.AreEqual(4, attempts);
    }

    [TestMethod]
    public async Task Run_RefusedTwice_IsRefused()
    {
        var failure = await FailAsync(attempt => attempt is 1 or 3 ? Refusal() : Failure());

        Assert.AreEqual("OFB2805", failure.Diagnostics.Single().Descriptor.Code);
        Assert.AreEqual(3, attempts);
    }

    private static TransientClusterException Failure(int? retryAfter = null) => new(KubernetesDiagnostics.Unreachable.With("one", "gone"), new IOException())
    {
        RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };

    private static TransientClusterException Refusal() => new(KubernetesDiagnostics.Unauthorized.With("one", "no"), new IOException()) { Once = true, RetryAfter = TimeSpan.Zero };

    private Task<string> RunAsync(Func<int, Exception?> fail) =>
        new ClusterRetry(time).RunAsync(_ => fail(++attempts) is { } failure ? throw failure : Task.FromResult("answer"), Patience, null, context.CancellationToken);

    private Task<DiagnosticException> FailAsync(Func<int, Exception?> fail) => Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(fail));
}
