using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>The double's watches, logs and WebSockets against what is known of a real API server and kubelet, row by row like <see cref="DoubleContractTests"/>.</summary>
[TestClass]
public sealed class DoubleStreamContractTests(TestContext context)
{
    private const string Attach = "/attach?stdin=true&stdout=false&stderr=false&container=one";
    private const string V4 = "v4.channel.k8s.io", V5 = "v5.channel.k8s.io";

    [TestMethod]
    public async Task Watch_FromTheListsVersion_TellsAddedModifiedDeletedInOrder()
    {
        await using var server = new RawCluster(context);
        var list = await server.ReadAsync(await server.Api.GetAsync(server.Path("pods"), context.CancellationToken), HttpStatusCode.OK);
        using var events = await WatchAsync(server, (string)list["metadata"]!["resourceVersion"]!);
        await server.ReadAsync(await server.PostAsync("jobs", RawCluster.Job("a")), HttpStatusCode.Created);
        await server.EndedAsync();
        await server.ReadAsync(await server.DeleteAsync("jobs", "a", null), HttpStatusCode.OK);

        var types = new List<string>();
        var last = 0L;
        while (types.Count == 0 || types[^1] != "DELETED")
        {
            var item = await NextAsync(events);
            var version = long.Parse((string)item["object"]!["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.IsGreaterThanOrEqualTo(last, version);
            last = version;
            types.Add((string)item["type"]!);
        }

        Assert.AreEqual("ADDED BOOKMARK DELETED MODIFIED", string.Join(' ', types.Distinct().Order(StringComparer.Ordinal)));
        Assert.AreEqual("ADDED", types.First(type => type != "BOOKMARK"));
    }

    [TestMethod]
    [DataRow(true, DisplayName = "as the answer's status")]
    [DataRow(false, DisplayName = "as an event")]
    public async Task Watch_VersionIsTooOld_Is410Expired(bool byStatus)
    {
        await using var server = new RawCluster(context);
        if (byStatus)
        {
            server.Double.Faults.Expirations.Enqueue(true);
            await server.AssertRefusedAsync(await server.Api.GetAsync(server.Path("pods", null, "?watch=true&resourceVersion=1"), context.CancellationToken), 410, "Expired");
            return;
        }

        server.Double.Store.Compact();
        using var events = await WatchAsync(server, "1");

        var item = await NextAsync(events);

        Assert.AreEqual("ERROR Status Expired 410", $"{item["type"]} {item["object"]!["kind"]} {item["object"]!["reason"]} {item["object"]!["code"]}");
        Assert.IsNull(await events.ReadLineAsync(context.CancellationToken));
    }

    [TestMethod]
    [DataRow(0, "Succeeded", "Completed")]
    [DataRow(42, "Failed", "Error")]
    public async Task Status_ContainerEnds_HasExitCodeAndTheFirst4096BytesOfItsMessage(int exitCode, string phase, string reason)
    {
        await using var server = new RawCluster(context);
        server.Program = (start, _) =>
        {
            start.Leave(new string('x', 5000));
            return Task.FromResult(exitCode);
        };
        await server.PostAsync("jobs", RawCluster.Job("a"));

        var status = (await server.EndedAsync())["status"]!;

        var ended = status["containerStatuses"]![0]!["state"]!["terminated"]!;
        Assert.AreEqual($"{phase} {exitCode} {reason} 4096", $"{status["phase"]} {ended["exitCode"]} {ended["reason"]} {((string)ended["message"]!).Length}");
    }

    [TestMethod]
    public async Task Log_ContainerHasNotStarted_Is400()
    {
        await using var server = new RawCluster(context);
        server.Double.Faults.HasNoImage = true;
        await server.PostAsync("jobs", RawCluster.Job("a"));
        await server.UntilAsync(() => server.Double.Names("pods").Count == 1);

        await server.AssertRefusedAsync(await server.Api.GetAsync(server.Path("pods", server.Double.Names("pods")[0], "/log?follow=true"), context.CancellationToken), 400, "BadRequest");
    }

    [TestMethod]
    public async Task Log_Followed_EndsWithTheContainerAndTimesAreNanoseconds()
    {
        await using var server = new RawCluster(context);
        var go = new TaskCompletionSource();
        server.Program = async (start, _) =>
        {
            start.Print("first");
            await go.Task;
            start.Print("second");
            return 0;
        };
        await server.PostAsync("jobs", RawCluster.Job("a"));
        using var reader = new StreamReader(await server.Api.GetStreamAsync(server.Path("pods", await server.RunningAsync(), "/log?follow=true&timestamps=true"), context.CancellationToken));

        StringAssert.Matches(await reader.ReadLineAsync(context.CancellationToken), new(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z first\z"));
        go.SetResult();
        Assert.EndsWith(" second", (await reader.ReadLineAsync(context.CancellationToken))!);
        Assert.IsNull(await reader.ReadLineAsync(context.CancellationToken));
    }

    [TestMethod]
    [DataRow(false, "v5.channel.k8s.io")]
    [DataRow(true, "v4.channel.k8s.io")]
    public async Task Attach_SubProtocol_IsV5From130OnWhereItIsOffered(bool isOld, string expected)
    {
        await using var server = await RunningAsync(isOld);

        using var socket = await server.ConnectAsync(server.Double.Names("pods")[0], Attach, V5, V4);

        Assert.AreEqual(expected, socket.SubProtocol);
    }

    [TestMethod]
    public async Task Attach_V5ChannelIsClosed_InputEndsAndStatusIsSuccess()
    {
        await using var server = await RunningAsync(false);
        using var socket = await server.ConnectAsync(server.Double.Names("pods")[0], Attach, V5);
        await server.SendAsync(socket, 0, "input"u8);
        await server.SendAsync(socket, 255, [0]);

        Assert.AreEqual("5", (string?)(await server.EndedAsync())["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!["message"]);
        Assert.AreEqual(((byte)3, ""), await server.ReceiveAsync(socket), "The server greets with an empty message.");
        var (channel, text) = (await server.ReceiveAsync(socket))!.Value;
        Assert.AreEqual("3 Success", $"{channel} {JsonNode.Parse(text)!["status"]}");
        Assert.IsNull(await server.ReceiveAsync(socket));
    }

    [TestMethod]
    public async Task Attach_V4HasNoHalfClose_InputEndsWithTheConnection()
    {
        await using var server = await RunningAsync(true);
        using var socket = await server.ConnectAsync(server.Double.Names("pods")[0], Attach, V4);
        await server.SendAsync(socket, 0, "input"u8);
        await Task.Delay(300, context.CancellationToken);
        Assert.AreEqual(1, server.Double.Node.Running);

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.CancellationToken);

        Assert.AreEqual("5", (string?)(await server.EndedAsync())["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!["message"]);
    }

    [TestMethod]
    [DataRow(false, DisplayName = "1.30: in the connection, which takes what is sent")]
    [DataRow(true, DisplayName = "before: status 500")]
    public async Task Attach_NodeIsNotReached_IsAFailureOrA500(bool isOld)
    {
        await using var server = await RunningAsync(isOld);
        server.Double.Faults.AttachRefusal = "error dialing backend";
        var pod = server.Double.Names("pods")[0];
        if (isOld)
        {
            Assert.AreEqual(HttpStatusCode.InternalServerError, (await Assert.ThrowsExactlyAsync<HttpRequestException>(() => server.ConnectAsync(pod, Attach, V5, V4))).StatusCode);
            return;
        }

        using var socket = await server.ConnectAsync(pod, Attach, V5, V4);
        await server.ReceiveAsync(socket);
        var (channel, text) = (await server.ReceiveAsync(socket))!.Value;
        Assert.IsNull(await server.ReceiveAsync(socket));
        await server.SendAsync(socket, 0, new byte[100_000]);

        Assert.AreEqual("3 Failure error dialing backend 500", $"{channel} {JsonNode.Parse(text)!["status"]} {JsonNode.Parse(text)!["message"]} {JsonNode.Parse(text)!["code"]}");
        Assert.AreEqual(1, server.Double.Node.Running, "Its input stays open.");
    }

    [TestMethod]
    public async Task Attach_ContainerHasEnded_IsA500Before130()
    {
        await using var server = new RawCluster(context);
        server.Double.Faults.IsOld = true;
        await server.PostAsync("jobs", RawCluster.Job("a"));
        await server.EndedAsync();

        var failure = await Assert.ThrowsExactlyAsync<HttpRequestException>(() => server.ConnectAsync(server.Double.Names("pods")[0], Attach, V4));

        Assert.AreEqual(HttpStatusCode.InternalServerError, failure.StatusCode);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    public async Task Exec_CommandEnds_StatusHasItsExitCode(int exitCode)
    {
        await using var server = await RunningAsync(false);
        server.Command = async (words, _, output, error, token) =>
        {
            await output.WriteAsync("out"u8.ToArray(), token);
            await error.WriteAsync("err"u8.ToArray(), token);
            return words is ["a", "b c"] ? exitCode : 99;
        };
        using var socket = await server.ConnectAsync(server.Double.Names("pods")[0], "/exec?command=a&command=b%20c&stdin=true&stdout=true&stderr=true", V5);

        Assert.AreEqual(((byte)1, ""), await server.ReceiveAsync(socket));
        Assert.AreEqual(((byte)1, "out"), await server.ReceiveAsync(socket));
        Assert.AreEqual(((byte)2, "err"), await server.ReceiveAsync(socket));
        var (channel, text) = (await server.ReceiveAsync(socket))!.Value;
        var status = JsonNode.Parse(text)!;
        Assert.AreEqual(exitCode == 0 ? "3 Success  " : $"3 Failure NonZeroExitCode {exitCode}", $"{channel} {status["status"]} {status["reason"]} {status["details"]?["causes"]![0]!["message"]}");
    }

    [TestMethod]
    public async Task Deadline_IsOver_JobFailsAndItsPodIsDeleted()
    {
        await using var server = new RawCluster(context);
        server.Program = RawCluster.UntilKilled;
        var job = RawCluster.Job("a");
        job["spec"]!["activeDeadlineSeconds"] = 1;
        await server.PostAsync("jobs", job);
        await server.RunningAsync();

        await server.UntilAsync(() => server.Double.Names("pods").Count == 0);

        var condition = server.Double.Store.Get("jobs", server.Double.Namespace, "a")["status"]!["conditions"]![0]!;
        Assert.AreEqual("Failed True DeadlineExceeded", $"{condition["type"]} {condition["status"]} {condition["reason"]}");
    }

    // A server whose only container tells how many bytes its input had.
    private async Task<RawCluster> RunningAsync(bool isOld)
    {
        var server = new RawCluster(context);
        server.Double.Faults.IsOld = isOld;
        server.Program = async (start, token) =>
        {
            using var all = new MemoryStream();
            await start.Input.CopyToAsync(all, token);
            start.Leave(all.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return 0;
        };
        await server.PostAsync("jobs", RawCluster.Job("a"));
        await server.RunningAsync();
        return server;
    }

    private async Task<StreamReader> WatchAsync(RawCluster server, string version) =>
        new(await server.Api.GetStreamAsync(server.Path("pods", null, $"?watch=true&allowWatchBookmarks=true&resourceVersion={version}"), context.CancellationToken));

    private async Task<JsonObject> NextAsync(StreamReader events) => JsonNode.Parse((await events.ReadLineAsync(context.CancellationToken))!)!.AsObject();
}
