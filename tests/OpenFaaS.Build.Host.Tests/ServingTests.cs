using System.Net;
using System.Net.Sockets;

namespace OpenFaaS.Build.Host.Tests;

/// <summary>What a running function answers.</summary>
[TestClass]
public sealed class ServingTests(TestContext context)
{
    [TestMethod]
    public async Task Requests_OfFunctionAndProbes_AreAnswered()
    {
        await using var function = await FunctionProcess.StartAsync(context);

        Assert.AreEqual("hello", await function.Client.GetStringAsync("/", context.CancellationToken));
        Assert.AreEqual("OK", await function.Client.GetStringAsync("/_/health", context.CancellationToken));
        Assert.AreEqual("OK", await function.Client.GetStringAsync("/_/ready", context.CancellationToken));
        Assert.AreEqual("fallback", await function.Client.GetStringAsync("/anything", context.CancellationToken));
    }

    [TestMethod]
    [DataRow("GET", "/_/health", 200)]
    [DataRow("HEAD", "/_/ready", 200)]
    [DataRow("POST", "/_/health", 405)]
    [DataRow("GET", "/", 403)]
    public async Task Probe_FunctionRefusesEveryRequest_IsStillAnswered(string method, string path, int status)
    {
        await using var function = await FunctionProcess.StartAsync(context);
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "X-Refuse", "1" } } };

        using var response = await function.Client.SendAsync(request, context.CancellationToken);

        Assert.AreEqual(status, (int)response.StatusCode);
    }

    [TestMethod]
    public async Task Address_OfAspNetVariables_DoesNotCount()
    {
        var other = FunctionProcess.FreePort();

        await using var function = await FunctionProcess.StartAsync(
            context, ("ASPNETCORE_URLS", $"http://127.0.0.1:{other}"), ("ASPNETCORE_HTTP_PORTS", $"{other}"));

        Assert.AreEqual("hello", await function.Client.GetStringAsync("/", context.CancellationToken));
        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => function.Client.GetAsync(new Uri($"http://127.0.0.1:{other}/"), context.CancellationToken));
    }

    [TestMethod]
    public async Task Addresses_EveryLoopback_IsListenedOn()
    {
        await using var function = await FunctionProcess.StartAsync(context);

        foreach (var address in (IPAddress[])[IPAddress.Parse("127.0.0.2"), .. Socket.OSSupportsIPv6 ? [IPAddress.IPv6Loopback] : (IPAddress[])[]])
        {
            using var socket = new TcpClient(address.AddressFamily);
            await socket.ConnectAsync(address, function.Port, context.CancellationToken);
            Assert.IsTrue(socket.Connected);
        }
    }

    [TestMethod]
    public async Task MaxInFlight_Reached_FurtherRequestsAndReadinessGet429()
    {
        await using var function = await FunctionProcess.StartAsync(context, ("max_inflight", "1"));
        using var held = await function.Client.GetAsync("/hold", HttpCompletionOption.ResponseHeadersRead, context.CancellationToken);

        using var second = await function.Client.GetAsync("/", context.CancellationToken);
        using var ready = await function.Client.GetAsync("/_/ready", context.CancellationToken);
        using var health = await function.Client.GetAsync("/_/health", context.CancellationToken);

        Assert.AreEqual(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.AreEqual(HttpStatusCode.TooManyRequests, ready.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, health.StatusCode);
    }

    [TestMethod]
    [DataRow(null, 30_000_000, 200)]
    [DataRow(null, 30_000_001, 413)]
    [DataRow("40000000", 30_000_001, 200)]
    public async Task Body_Size_IsBoundedUnlessTheFunctionSaysOtherwise(string? largest, int size, int status)
    {
        await using var function = await FunctionProcess.StartAsync(context, largest is null ? [] : [("LARGEST_BODY", largest)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/length") { Content = new ByteArrayContent(new byte[size]) };
        request.Headers.ExpectContinue = true;

        using var response = await function.Client.SendAsync(request, context.CancellationToken);

        Assert.AreEqual(status, (int)response.StatusCode);
    }

    [TestMethod]
    public async Task StaticFolder_Present_IsTheWebRoot()
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "static")).FullName;

        await using var function = await FunctionProcess.StartAsync(context);

        Assert.AreEqual(folder, await function.Client.GetStringAsync("/environment", context.CancellationToken));
    }

    [TestMethod]
    public async Task Log_OfOneEvent_IsOneLine()
    {
        await using var function = await FunctionProcess.StartAsync(context);

        function.Signal(SignalNumber.Term);
        await function.ExitCodeAsync(context.CancellationToken);

        var lines = function.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.IsTrue(lines.All(line => line.StartsWith("info: ", StringComparison.Ordinal)), function.Output);
    }
}
