using System.Net;

namespace OpenFaaS.Build.Host.Tests;

/// <summary>What a signal does to a function that is serving.</summary>
[TestClass]
public sealed class DrainTests(TestContext context)
{
    [TestMethod]
    [DataRow(SignalNumber.Term)]
    [DataRow(SignalNumber.Interrupt)]
    public async Task Signal_NothingInFlight_EndsWithZero(SignalNumber signal)
    {
        await using var function = await FunctionProcess.StartAsync(context);

        function.Signal(signal);

        Assert.AreEqual(0, await function.ExitCodeAsync(context.CancellationToken), function.Output);
    }

    [TestMethod]
    public async Task Term_RequestInFlight_CompletesAndThenEndsWithZero()
    {
        await using var function = await FunctionProcess.StartAsync(context, ("write_timeout", "10m"));
        using var held = await HoldAsync(function);

        await function.DrainAsync(context.CancellationToken);
        using var ready = await function.Client.GetAsync("/_/ready", context.CancellationToken);
        using var health = await function.Client.GetAsync("/_/health", context.CancellationToken);
        using var late = await function.Client.PostAsync("/release", null, context.CancellationToken);
        var body = await held.Content.ReadAsStringAsync(context.CancellationToken);

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.IsTrue(ready.Headers.ConnectionClose);
        Assert.AreEqual(HttpStatusCode.OK, health.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, late.StatusCode);
        Assert.AreEqual("held,released", body);
        Assert.AreEqual(0, await function.ExitCodeAsync(context.CancellationToken), function.Output);
    }

    [TestMethod]
    public async Task Term_RequestNeverEnds_IsCutOffAfterWriteTimeout()
    {
        await using var function = await FunctionProcess.StartAsync(context, ("write_timeout", "200ms"));
        using var held = await HoldAsync(function);

        await function.DrainAsync(context.CancellationToken);

        Assert.AreEqual(1, await function.ExitCodeAsync(context.CancellationToken), function.Output);
        await Assert.ThrowsAsync<Exception>(() => held.Content.ReadAsStringAsync(context.CancellationToken));
        Assert.Contains("1 in flight did not end in time", function.Output);
    }

    [TestMethod]
    public async Task SecondSignal_RequestInFlight_EndsAtOnce()
    {
        await using var function = await FunctionProcess.StartAsync(context, ("write_timeout", "1h"));
        using var held = await HoldAsync(function);

        await function.DrainAsync(context.CancellationToken);
        function.Signal(SignalNumber.Term);

        Assert.AreEqual(1, await function.ExitCodeAsync(context.CancellationToken), function.Output);
    }

    [TestMethod]
    public async Task HealthcheckInterval_NothingInFlight_GoesOnServingMeanwhile()
    {
        await using var function = await FunctionProcess.StartAsync(context, ("write_timeout", "1h"), ("healthcheck_interval", "1h"));

        await function.DrainAsync(context.CancellationToken);

        Assert.AreEqual("hello", await function.Client.GetStringAsync("/", context.CancellationToken));
    }

    private async Task<HttpResponseMessage> HoldAsync(FunctionProcess function)
    {
        var response = await function.Client.GetAsync("/hold", HttpCompletionOption.ResponseHeadersRead, context.CancellationToken);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        return response;
    }
}
