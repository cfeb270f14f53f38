using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.FunctionBuilder;

/// <summary>What a Function Builder API may answer besides an image: each is a coded error, and never a success.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker26"), RequiresService("tools")]
public sealed class FunctionBuilderFaultTests(TestContext context)
{
    private const string Dockerfile = "FROM scratch\nCOPY busybox /\n";

    [TestMethod]
    [DataRow("failed", "OFB2769")]
    [DataRow("failure", "OFB2769")]
    [DataRow("succeeded", "OFB2768")]
    [DataRow("in_progress", "OFB2768")]
    public async Task Publish_OtherStatus_IsAnErrorWithTheLastLines(string status, string code)
    {
        await using var standIn = await FunctionBuilderStandIn.AnsweringAsync((http, order) =>
            FunctionBuilderStandIn.WriteAsync(http, FunctionBuilderStandIn.Line(["l: 2026-01-01T00:00:00Z the-last-words"], order.GetProperty("image").GetString()!, status, status.StartsWith("fail", StringComparison.Ordinal) ? "the reason" : null)));

        var failure = await FailureAsync(Function(standIn), code);

        Assert.Contains("the-last-words", failure.Message);
    }

    [TestMethod]
    public async Task Publish_StreamThatIsCut_IsAnError()
    {
        await using var standIn = await FunctionBuilderStandIn.AnsweringAsync(async (http, order) =>
        {
            await FunctionBuilderStandIn.WriteAsync(http, FunctionBuilderStandIn.Line(["l: 2026-01-01T00:00:00Z so far"], "", "in_progress") + "{\"log\":[\"half a");

            // What was sent would be lost with the connection, where it has not been read.
            await Task.Delay(500);
            http.Abort();
        });

        Assert.Contains("so far", (await FailureAsync(Function(standIn), "OFB2765")).Message);
    }

    [TestMethod]
    public async Task Publish_StreamThatEndsEarly_IsAnError()
    {
        await using var standIn = await FunctionBuilderStandIn.AnsweringAsync((http, order) => FunctionBuilderStandIn.WriteAsync(http, "{\"log\":[\"half a"));

        await FailureAsync(Function(standIn), "OFB2765");
    }

    [TestMethod]
    public async Task Publish_LogLineOfTenMegabytes_NeitherFailsNorFillsTheLog()
    {
        await using var standIn = await FunctionBuilderStandIn.AnsweringAsync(async (http, order) =>
        {
            await FunctionBuilderStandIn.WriteAsync(http, FunctionBuilderStandIn.Line(["l: 2026-01-01T00:00:00Z " + new string('x', 10 << 20) + "\n##vso[task.setvariable variable=a]b"], "", "in_progress"));
            await FunctionBuilderStandIn.WriteAsync(http, FunctionBuilderStandIn.Line([], "", "failed", "the end"));
        });

        var function = Function(standIn).Set("ContainerProgress", "plain");

        await FailureAsync(function, "OFB2769");
        Assert.IsLessThan(50_000, function.Messages.Length);
    }

    [TestMethod]
    public async Task Publish_NoResultAtAll_IsAnError()
    {
        await using var standIn = await FunctionBuilderStandIn.AnsweringAsync((http, order) => FunctionBuilderStandIn.WriteAsync(http, "<html>login</html>"));

        await FailureAsync(Function(standIn), "OFB2767");
    }

    [TestMethod]
    public async Task Publish_SuccessWithoutAnImage_IsAnError()
    {
        await using var standIn = await FunctionBuilderStandIn.AnsweringAsync((http, order) =>
            FunctionBuilderStandIn.WriteAsync(http, FunctionBuilderStandIn.Line([], order.GetProperty("image").GetString()!, "success")));

        await FailureAsync(Function(standIn), "OFB2771");
    }

    [TestMethod]
    public async Task Publish_SuccessWithADigestThatTheRegistryDoesNotHave_IsAnError()
    {
        await using var standIn = await FunctionBuilderStandIn.AnsweringAsync((http, order) =>
        {
            var image = order.GetProperty("image").GetString()!;
            return FunctionBuilderStandIn.WriteAsync(http, FunctionBuilderStandIn.Line([$"s: 2026-01-01T00:00:00Z pushing manifest for {image}@sha256:{new string('a', 64)} 0"], image, "success"));
        });

        Assert.Contains(new string('a', 64), (await FailureAsync(Function(standIn), "OFB2771")).Message);
    }

    [TestMethod]
    public async Task Publish_WrongPayloadSecret_IsAnErrorThatDoesNotShowIt()
    {
        await using var standIn = await FunctionBuilderStandIn.StartAsync();
        var function = Function(standIn);
        function.Environment["PAYLOAD_SECRET"] = "another-secret";

        var failure = await FailureAsync(function, "OFB2760");

        Assert.Contains("status 401. It said: invalid signature.", failure.Message);
        Assert.DoesNotContain("another-secret", failure.Message + function.Messages);
    }

    [TestMethod]
    [DataRow(413, "OFB2761")]
    [DataRow(500, "OFB2764")]
    [DataRow(404, "OFB2764")]
    public async Task Publish_OtherHttpStatus_IsAnErrorBeforeTheBodyIsSent(int status, string code)
    {
        await using var standIn = await RefusingAsync(status, "some \u0007text", _ => { });

        var failure = await FailureAsync(Function(standIn), code);

        Assert.Contains($"status {status}. It said: some \uFFFDtext.", failure.Message);
        Assert.IsEmpty(standIn.Requests.Single().Body);
    }

    [TestMethod]
    public async Task Publish_BusyBuilder_IsTriedAgainAsItAsks()
    {
        await using var standIn = await FunctionBuilderStandIn.RefusingAsync(async (http, number) =>
        {
            if (number > 2)
            {
                return false;
            }

            http.Response.StatusCode = 429;
            http.Response.Headers.RetryAfter = number == 1 ? "2" : "0";
            await http.Response.WriteAsync("Concurrent request limit exceeded. Max concurrent requests: 1");
            return true;
        });
        var function = Function(standIn);
        var watch = Stopwatch.StartNew();

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest);
        Assert.HasCount(3, standIn.Requests);
        Assert.IsGreaterThan(TimeSpan.FromSeconds(3), watch.Elapsed, "One that asks for no wait is not asked again at once.");
        Assert.Contains("is busy (status 429). Trying again in 2.0 s.", function.Messages);
    }

    [TestMethod]
    public async Task Publish_BuilderThatAsksForAnHour_IsAnErrorAtOnce()
    {
        await using var standIn = await RefusingAsync(429, "no", http => http.Response.Headers.RetryAfter = "3600");

        var failure = await FailureAsync(Function(standIn), "OFB2762");

        Assert.Contains("status 429 and asks to wait 3600 s", failure.Message);
        Assert.HasCount(1, standIn.Requests);
    }

    [TestMethod]
    public async Task Publish_Redirect_IsNotFollowed()
    {
        await using var other = await FunctionBuilderStandIn.StartAsync();
        await using var standIn = await RefusingAsync(307, "", http => http.Response.Headers.Location = other.Url + "/build?token=canary");

        var failure = await FailureAsync(Function(standIn), "OFB2763");

        Assert.Contains(other.Url + "/build", failure.Message);
        Assert.DoesNotContain("canary", failure.Message);
        Assert.IsEmpty(other.Requests);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Publish_BuilderThatFallsSilent_IsGivenUp(bool hasBegun)
    {
        await using var standIn = await FunctionBuilderStandIn.AnsweringAsync(async (http, order) =>
        {
            if (hasBegun)
            {
                await FunctionBuilderStandIn.WriteAsync(http, FunctionBuilderStandIn.Line(["l: 2026-01-01T00:00:00Z before the silence"], "", "in_progress"));
            }

            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });

        var failure = await FailureAsync(Function(standIn).Set("OpenFaaSBuilderIdleTimeout", "0:00:02"), "OFB2766");

        Assert.Contains("nothing for 00:00:02" + (hasBegun ? ". Its last output: before the silence." : "."), failure.Message);
    }

    [TestMethod]
    public async Task Publish_Cancelled_ClosesTheConnection()
    {
        var (begun, aborted) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var standIn = await FunctionBuilderStandIn.AnsweringAsync(async (http, order) =>
        {
            http.RequestAborted.Register(aborted.SetResult);
            await FunctionBuilderStandIn.WriteAsync(http, FunctionBuilderStandIn.Line([], "", "in_progress"));
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var publish = Function(standIn).PublishAsync(cancel.Token);
        await Task.WhenAny(publish, begun.Task);

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => publish);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(10), context.CancellationToken);
    }

    [TestMethod]
    public async Task Publish_ConnectionClosedWhileSending_IsAnError()
    {
        await using var standIn = await FunctionBuilderStandIn.RefusingAsync(async (http, _) =>
        {
            await http.Request.Body.ReadExactlyAsync(new byte[1000]);
            http.Abort();
            return true;
        });

        await FailureAsync(Function(standIn), "OFB2765");
    }

    private static Task<FunctionBuilderStandIn> RefusingAsync(int status, string text, Action<HttpContext> more) => FunctionBuilderStandIn.RefusingAsync(async (http, _) =>
    {
        http.Response.StatusCode = status;
        more(http);
        await http.Response.WriteAsync(text);
        return true;
    });

    private BuildKitFunction Function(FunctionBuilderStandIn standIn) => standIn.Serve(new BuildKitFunction(context, "", Dockerfile).ToRegistry());

    private static async Task<Diagnostic> FailureAsync(BuildKitFunction function, string code)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());
        var diagnostic = failure.Diagnostics.Single();
        Assert.AreEqual(code, diagnostic.Descriptor.Code, diagnostic.Message);
        Assert.IsNotNull(diagnostic.Location);
        return diagnostic;
    }
}
