using System.Collections.Concurrent;
using OpenFaaS.Build.Builders.BuildKit.Endpoints;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.BuildKit;

/// <summary>Connecting before the build asks for it.</summary>
[TestClass]
public sealed class EndpointPoolTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Prepare_DaemonIsDown_TheBuildTellsIt()
    {
        await using var pool = new EndpointPool(_ => null);
        var function = At("unix:///nowhere/buildkitd.sock");

        _ = pool.PrepareAsync(function);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => pool.ConnectAsync(function, log, context.CancellationToken));
        Assert.AreEqual("OFB5004", failure.Diagnostics[0].Descriptor.Code);
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public async Task Prepare_Several_AsksOnlyTheOneThatTheFunctionWouldUse()
    {
        var asked = new ConcurrentDictionary<string, bool>();
        await using var first = Recording(asked, "first");
        await using var second = Recording(asked, "second");
        string[] both = [first.Address, second.Address];
        await using var pool = new EndpointPool(_ => null);
        var function = At(string.Join(';', both));

        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => pool.PrepareAsync(function));

        Assert.AreEqual(RendezvousOrder.Of(both, function.Name.Value)[0] == first.Address ? "first" : "second", string.Join(' ', asked.Keys));
    }

    [TestMethod]
    [DataRow("ssh://nowhere.invalid")]
    [DataRow("docker-ssh://nowhere.invalid")]
    public async Task Prepare_WayThatStartsAProgram_StartsNone(string endpoint)
    {
        var asked = new ConcurrentQueue<string>();
        await using var pool = new EndpointPool(name =>
        {
            asked.Enqueue(name);
            return null;
        });

        await pool.PrepareAsync(At(endpoint));

        // The program would be looked for there.
        Assert.DoesNotContain("PATH", asked);
    }

    [TestMethod]
    public async Task Prepare_SeveralAreDown_WarnsOnceOfEach()
    {
        await using var pool = new EndpointPool(_ => null);
        var function = At("unix:///nowhere/a.sock;unix:///nowhere/b.sock");

        _ = pool.PrepareAsync(function);
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => pool.ConnectAsync(function, log, context.CancellationToken));
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => pool.ConnectAsync(function, log, context.CancellationToken));

        CollectionAssert.AreEqual(new[] { "OFB5501", "OFB5501" }, log.Diagnostics.Select(diagnostic => diagnostic.Descriptor.Code).ToArray());
    }

    [TestMethod]
    public async Task Connect_OneOfSeveralWasLost_IsLeftOutWithTheReason()
    {
        await using var pool = new EndpointPool(_ => null);
        var lost = Lost("unix:///nowhere/a.sock");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => pool.ConnectAsync(At("unix:///nowhere/a.sock;unix:///nowhere/b.sock"), lost, log, context.CancellationToken));

        Assert.AreEqual("OFB5509", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("it fell asleep", log.Diagnostics.Single(warning => warning.Message.Contains("'unix:///nowhere/a.sock'", StringComparison.Ordinal)).Message);
        Assert.HasCount(2, log.Diagnostics);
    }

    [TestMethod]
    [DataRow("unix:///nowhere/a.sock")]
    [DataRow("")]
    public async Task Connect_TheOnlyOneWasLost_IsItsError(string endpoints)
    {
        await using var pool = new EndpointPool(_ => null);
        var lost = Lost("unix:///nowhere/a.sock");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => pool.ConnectAsync(At(endpoints), lost, log, context.CancellationToken));

        Assert.AreSame(lost.Values.Single(), failure);
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    [DataRow(true, 4, 1)]
    [DataRow(true, 6, 2)]
    [DataRow(false, 600, 1)]
    public async Task Attempt_Failed_IsStaleAfterAFewSecondsWhereThereWasADaemon(bool isAnew, int seconds, int expected)
    {
        var time = new SteppedTime();
        var attempts = 0;
        ConnectionAttempt New() => new(
            () =>
            {
                attempts++;
                throw BuildKitConnectionDiagnostics.SocketStale.With("x").ToException();
            },
            isAnew,
            time);
        var attempt = New();

        Assert.IsFalse(attempt.IsStale);
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => attempt.Connection);
        time.Now += TimeSpan.FromSeconds(seconds).Ticks;
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => (attempt.IsStale ? New() : attempt).Connection);

        Assert.AreEqual(expected, attempts);
    }

    [TestMethod]
    public async Task Dispose_WhileItConnects_EndsTheAttempt()
    {
        var met = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        await using var peer = PeerStandIn.Answering(async (stream, token) =>
        {
            met.TrySetResult();
            while (await stream.ReadAsync(new byte[100], token) > 0)
            {
            }

            left.TrySetResult();
        });
        var pool = new EndpointPool(_ => null);

        _ = pool.PrepareAsync(At(peer.Address));
        await met.Task.WaitAsync(context.CancellationToken);
        await pool.DisposeAsync();

        await left.Task.WaitAsync(context.CancellationToken);
    }

    [TestMethod]
    public async Task Prepare_Deployment_AsksNoCluster()
    {
        var asked = new ConcurrentQueue<string>();
        await using var pool = new EndpointPool(name =>
        {
            asked.Enqueue(name);
            return null;
        });

        await pool.PrepareAsync(At("kube-deployment://buildkitd"));

        Assert.IsEmpty(asked);
    }

    [TestMethod]
    public async Task Prepare_DeploymentAmongOthers_ConnectsToNoneOfThem()
    {
        await using var pool = new EndpointPool(_ => null);
        var function = At("");
        string[] both = [.. Enumerable.Range(1, 50).Select(number => new[] { $"unix:///nowhere/{number}.sock", "kube-deployment://buildkitd" })
            .First(pair => RendezvousOrder.Of(pair, function.Name.Value)[0] == pair[0])];

        await pool.PrepareAsync(At(string.Join(';', both)));
    }

    private static PeerStandIn Recording(ConcurrentDictionary<string, bool> asked, string name) => PeerStandIn.Answering((_, _) =>
    {
        asked[name] = true;
        return Task.CompletedTask;
    });

    private static Dictionary<string, DiagnosticException> Lost(string address) =>
        new() { [address] = BuildKitSolveDiagnostics.DaemonLost.With(address, "it fell asleep").ToException() };

    private static FunctionModel At(string endpoints) => FunctionModelReader.Read(
        RequestBuilder.Create("any", [("FunctionTemplate", "dockerfile"), ("ContainerBuilder", "buildkit"), ("ContainerBuilderEndpoint", endpoints)]), _ => null);

    private sealed class SteppedTime : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
