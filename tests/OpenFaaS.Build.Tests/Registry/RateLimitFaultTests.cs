using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Registry;

/// <summary>Fault 58: status 429, with every form of <c>Retry-After</c>. The clock starts at 2026-01-01 00:00:00 UTC and stands still but for waits.</summary>
[TestClass]
public sealed class RateLimitFaultTests(TestContext context)
{
    [TestMethod]
    [DataRow("1", 1d)]
    [DataRow("0", 0d)]
    [DataRow("100", 100d)]
    [DataRow("Thu, 01 Jan 2026 00:00:07 GMT", 7d)]
    [DataRow("Thu, 01 Jan 2015 00:00:00 GMT", 0d)]
    [DataRow("-1", null)]
    [DataRow("soon", null)]
    [DataRow("99999999999999", null)]
    [DataRow(null, null)]
    public async Task Fault58_LimitedOnce_WaitsAsAskedOrAsUsual(string? retryAfter, double? seconds)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        IntegrityFaultTests.AddImage(registry);
        registry.Fault = request => request.Kind == "HEAD manifest" && registry.Count("HEAD manifest") == 1 ? Limited(retryAfter) : null;

        Assert.IsNotNull(await test.Connections.Repository(registry.Name, "hello").HeadManifestAsync("latest", context.CancellationToken));

        var waited = test.Time.Waits.Sum(wait => wait.TotalSeconds);
        if (seconds is { } expected)
        {
            Assert.AreEqual(expected, waited);
        }
        else
        {
            Assert.IsInRange(0.001, 10, waited);
        }

        Assert.IsTrue(test.Log.Messages.Any(message => message.Contains("Trying again in", StringComparison.Ordinal)), "a wait is announced");
    }

    [TestMethod]
    [DataRow("3600", "3600 s")]
    [DataRow("Thu, 01 Jan 2026 01:00:00 GMT", "3600 s")]
    public async Task Fault58_WaitBeyondTheBudget_FailsAtOnceAndTellsTheTime(string retryAfter, string told)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.Fault = request => request.Kind == "HEAD manifest" ? Limited(retryAfter) : null;

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            test.Connections.Repository(registry.Name, "hello").HeadManifestAsync("latest", context.CancellationToken));

        Assert.AreEqual(RegistryDiagnostics.RateLimited, error.Diagnostics[0].Descriptor);
        Assert.Contains(told, error.Message);
        Assert.AreEqual(1, registry.Count("HEAD manifest"));
        Assert.IsEmpty(test.Time.Waits);
    }

    [TestMethod]
    public async Task Fault58_LimitedAgainAndAgain_StaysWithinTheBudget()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.Fault = request => request.Kind == "HEAD manifest" ? Limited("50") : null;

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            test.Connections.Repository(registry.Name, "hello").HeadManifestAsync("latest", context.CancellationToken));

        Assert.AreEqual(RegistryDiagnostics.RateLimited, error.Diagnostics[0].Descriptor);
        Assert.AreEqual(3, registry.Count("HEAD manifest"));
        Assert.AreEqual(100, test.Time.Waits.Sum(wait => wait.TotalSeconds));
    }

    [TestMethod]
    public async Task Fault58_CancelledWhileWaiting_EndsAtOnce()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext(options => options with { Time = TimeProvider.System });
        using var source = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        registry.Fault = request => request.Kind == "HEAD manifest" ? Limited("100") : null;

        var head = test.Connections.Repository(registry.Name, "hello").HeadManifestAsync("latest", source.Token);
        while (test.Log.Messages.Count == 0)
        {
            await Task.Delay(5, context.CancellationToken);
        }

        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => head);
    }

    internal static StandInReply Limited(string? retryAfter) => new(429, "", retryAfter is null ? [] : [("Retry-After", retryAfter)]);
}
