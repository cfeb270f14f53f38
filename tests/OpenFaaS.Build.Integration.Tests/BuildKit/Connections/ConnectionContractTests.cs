using Grpc.Core;
using Grpc.Net.Client;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Wire.Control;
using Platform = OpenFaaS.Build.Oci.Platform;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections;

/// <summary>What holds for every form of address, with the BuildKit of an old engine and of a modern one behind it.</summary>
[TestClass, RequiresService("docker"), RequiresService("docker26")]
public sealed class ConnectionContractTests(TestContext context)
{
    private const string Old = "docker", Modern = "docker26";

    public static IEnumerable<object[]> Rows => ConnectionForms.All.SelectMany(form => new object[][] { [form.Name, Old], [form.Name, Modern] });

    [TestMethod, DynamicData(nameof(Rows))]
    public async Task Open_Daemon_SaysWhatItIs(string form, string service)
    {
        await using var running = await StartAsync(form, service);
        await using var connection = await BuildKitConnection.OpenAsync(running.NewTransport(), context.CancellationToken);

        Assert.AreEqual(service == Modern, connection.Daemon.HasImageStore);
        Assert.AreEqual(service == Modern, connection.Daemon.HasContentStore);
        Assert.AreEqual(service == Modern, connection.Daemon.Version.Length > 0, connection.Daemon.Version);
        Assert.AreEqual(service == Modern, connection.Daemon.Labels.Count > 0);
        Assert.AreEqual(Form(form).IsEngine, connection.Engine is not null);
        if (connection.Engine is { } engine)
        {
            Assert.IsFalse(await engine.PingAsync(context.CancellationToken));
        }
    }

    [TestMethod, DynamicData(nameof(Rows))]
    public async Task Call_ManyAtOnce_AllAnswerOnOneConnection(string form, string service)
    {
        await using var running = await StartAsync(form, service);
        var transport = new RecordingTransport(running.NewTransport());
        await using var connection = await BuildKitConnection.OpenAsync(transport, context.CancellationToken);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
            await connection.Control.ListWorkersAsync(context.CancellationToken)));

        Assert.IsTrue(answers.All(answer => answer.Record.Count == 1));
        Assert.AreEqual(1, transport.Opened);
    }

    [TestMethod, DynamicData(nameof(Rows))]
    public async Task Open_ASecondConnection_LivesOnWhenTheFirstEnds(string form, string service)
    {
        await using var running = await StartAsync(form, service);
        await using var second = await BuildKitConnection.OpenAsync(running.NewTransport(), context.CancellationToken);
        await using (await BuildKitConnection.OpenAsync(running.NewTransport(), context.CancellationToken))
        {
        }

        var workers = await second.Control.ListWorkersAsync(context.CancellationToken);

        Assert.HasCount(1, workers.Record);
    }

    [TestMethod, DynamicData(nameof(Rows))]
    public async Task Dispose_WithACallOpen_LeavesNothingOpen(string form, string service)
    {
        await using var running = await StartAsync(form, service);
        var transport = new RecordingTransport(running.NewTransport());
        var connection = await BuildKitConnection.OpenAsync(transport, context.CancellationToken);
        using var call = connection.Control.Status(new StatusRequest { Ref = Guid.NewGuid().ToString("n") }, context.CancellationToken);

        await connection.DisposeAsync();

        await Assert.ThrowsAsync<Exception>(() => call.ResponseStream.MoveNext(context.CancellationToken));
        Assert.IsTrue(transport.IsDisposed);

        // .NET's client closes in the background, and the other side hears of it a moment later.
        for (var i = 0; i < 500 && transport.Open + (running.OpenConnections?.Invoke() ?? 0) > 0; i++)
        {
            await Task.Delay(10, context.CancellationToken);
        }

        Assert.AreEqual(1, transport.Opened);
        Assert.AreEqual(0, transport.Open);
        Assert.AreEqual(0, running.OpenConnections?.Invoke() ?? 0);
    }

    [TestMethod, DynamicData(nameof(Rows))]
    public async Task Session_ThatNamesTwoMethods_HasBothAtTheDaemon(string form, string service)
    {
        await using var running = await StartAsync(form, service);
        await using var connection = await BuildKitConnection.OpenAsync(running.NewTransport(), context.CancellationToken);

        // The daemon asks for files only where this method was named; where it stands in the list must not matter.
        Assert.DoesNotContain(SessionStandIn.Refusal, await FailedSolveAsync(connection.Invoker, SessionStandIn.FileSend, SessionStandIn.FileSync));
        Assert.DoesNotContain(SessionStandIn.Refusal, await FailedSolveAsync(connection.Invoker, SessionStandIn.FileSync, SessionStandIn.FileSend));
        Assert.Contains(SessionStandIn.Refusal, await FailedSolveAsync(connection.Invoker, SessionStandIn.FileSend));
    }

    [TestMethod]
    public async Task Session_WithoutOurStream_NamesNothing()
    {
        // Why there is a RepeatedHeaderStream: when this test fails .NET has learned it, and the stream can go.
        await using var running = await StartAsync("engine", Modern);
        await using var transport = running.NewTransport();
        using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { ConnectCallback = (_, token) => transport.ConnectAsync(token) },
        });

        var error = await FailedSolveAsync(channel.CreateCallInvoker(), SessionStandIn.FileSync, SessionStandIn.FileSend);

        Assert.Contains(SessionStandIn.Refusal, error);
    }

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Find_DockerAlone_IsItsBuildKit(string service)
    {
        var settings = new ConnectionSettings { Environment = name => name == "DOCKER_HOST" ? TestServices.Endpoint(service) : null };

        await using var connection = await BuildKitConnection.OpenAsync(await BuildKitDiscovery.FindAsync(settings, [], [], context.CancellationToken), context.CancellationToken);

        Assert.AreEqual(TestServices.Endpoint(service), connection.Engine?.Address.Text);
    }

    private static ConnectionForm Form(string name) => ConnectionForms.All.Single(form => form.Name == name);

    private Task<RunningForm> StartAsync(string form, string service) =>
        Form(form).StartAsync(TestServices.Endpoint(service), context.Folder(), context.CancellationToken);

    private async Task<string> FailedSolveAsync(CallInvoker invoker, params string[] methods)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var control = new Control.ControlClient(invoker);
        var session = Guid.NewGuid().ToString("n");
        var served = SessionStandIn.ServeAsync(control, session, methods, cancel.Token);
        var failure = await Assert.ThrowsExactlyAsync<RpcException>(async () => await control.SolveAsync(
            // A name of its own, since the daemon shares equal steps of builds that run at the same time.
            new SolveRequest { Ref = Guid.NewGuid().ToString("n"), Session = session, Frontend = "dockerfile.v0", FrontendAttrs = { ["filename"] = session }, Cache = new CacheOptions() },
            cancellationToken: context.CancellationToken));
        await cancel.CancelAsync();
        await served;
        return failure.Status.Detail;
    }
}
