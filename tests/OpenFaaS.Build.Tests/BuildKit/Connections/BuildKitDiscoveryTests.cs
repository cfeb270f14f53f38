using System.Diagnostics;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

[TestClass]
public sealed class BuildKitDiscoveryTests(TestContext context)
{
    private static readonly byte[] Settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];

    [TestMethod]
    public async Task Find_EndpointOfTheUser_ComesBeforeTheVariable()
    {
        var found = await BuildKitDiscovery.FindAsync(With(("BUILDKIT_HOST", "unix:///b.sock")) with { Endpoints = ["unix:///a.sock"] }, context.CancellationToken);

        Assert.AreEqual("unix:///a.sock", found.Address);
    }

    [TestMethod]
    public async Task Find_Variable_ComesBeforeUsualPlaces()
    {
        await using var daemon = PeerStandIn.Saying(Settings);

        Assert.AreEqual("unix:///b.sock", (await FindAsync(With(("BUILDKIT_HOST", "unix:///b.sock")), [Place(daemon.Address)])).Address);
    }

    [TestMethod]
    [DataRow("BUILDKIT_HOST")]
    [DataRow("ContainerBuilderEndpoint")]
    public async Task Find_NamedAddressIsWrong_IsItsErrorAndNothingElseIsTried(string source)
    {
        await using var daemon = PeerStandIn.Saying(Settings);
        var settings = source == "BUILDKIT_HOST" ? With((source, "nonsense")) : With() with { Endpoints = ["nonsense"] };

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => FindAsync(settings, [Place(daemon.Address)]));

        Assert.AreEqual("OFB5001", failure.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task Find_UsualPlaces_FirstThatAnswersInOrderWins()
    {
        await using var slow = PeerStandIn.Answering(async (stream, token) =>
        {
            await Task.Delay(300, token);
            await stream.WriteAsync(Settings, token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var fast = PeerStandIn.Saying(Settings);

        Assert.AreEqual(slow.Address, (await FindAsync(With(), [Place("unix:///nowhere/a.sock"), Place(slow.Address), Place(fast.Address)])).Address);
    }

    [TestMethod]
    public async Task Find_NothingAtUsualPlaces_StartsADaemonBeforeTheEngineIsTaken()
    {
        await using var engine = Engine();
        var started = Place("unix:///private.sock");

        var found = await FindAsync(With(("DOCKER_HOST", engine.Address)), [], new StarterStandIn(null), new StarterStandIn(started));

        Assert.AreSame(started, found);
    }

    [TestMethod]
    public async Task Find_NothingCanBeStarted_IsTheEngine()
    {
        await using var engine = Engine();

        var found = await FindAsync(With(("DOCKER_HOST", engine.Address)), [Place("unix:///nowhere/a.sock")], new StarterStandIn(null));

        Assert.AreEqual(engine.Address.Replace("tcp://", "http://", StringComparison.Ordinal), found.Address);
        Assert.IsNotNull(found.Engine);
    }

    [TestMethod]
    public async Task Find_Nothing_NamesAllThatWasTriedInOrder()
    {
        await using var web = PeerStandIn.Saying("HTTP/1.1 404 Not Found\r\n\r\n"u8.ToArray());

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            FindAsync(With(("DOCKER_HOST", web.Address)), [Place("unix:///nowhere/a.sock")], new StarterStandIn(null)));

        Assert.AreEqual("OFB5016", failure.Diagnostics[0].Descriptor.Code);
        Assert.MatchesRegex(
            "Tried: BUILDKIT_HOST .*; unix:///nowhere/a.sock \\(There is no socket.*\\); the stand-in does not start; http://127.0.0.1:.* \\(.*is a web server.*\\)\\. Start buildkitd",
            failure.Diagnostics[0].Message);
    }

    [TestMethod]
    [DataRow("DOCKER_HOST", "unix://{0}/docker.sock")]
    [DataRow("HOME", "{0}")]
    [DataRow("XDG_RUNTIME_DIR", "{0}")]
    public async Task Find_PathsTooLongForASocket_AreNamedAmongWhatWasTried(string variable, string value)
    {
        var folder = "/nowhere/" + new string('x', 100);
        var settings = new ConnectionSettings
        {
            // Without DOCKER_HOST there may be an engine at its usual place.
            Environment = name => name == variable ? value.Replace("{0}", folder, StringComparison.Ordinal) : null,
        };

        var places = variable == "XDG_RUNTIME_DIR" ? BuildKitPlaces.Sockets(settings) : [.. BuildKitPlaces.Engines(settings).Select(place => place.Transport!)];
        foreach (var place in places.Where(place => place.Address.Contains(folder, StringComparison.Ordinal)))
        {
            var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => FindAsync(With(), [place]));

            Assert.AreEqual("OFB5016", failure.Diagnostics[0].Descriptor.Code);
            Assert.Contains($"{place.Address} (The path of the BuildKit socket", failure.Message, StringComparison.Ordinal);
        }

        Assert.IsTrue(places.Any(place => place.Address.Contains(folder, StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Find_SilentPlaces_TakeTwoSecondsAltogether()
    {
        await using var silent = PeerStandIn.Silent();
        var watch = Stopwatch.StartNew();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            FindAsync(With(("DOCKER_HOST", silent.Address)), [Place(silent.Address), Place(silent.Address), Place(silent.Address)]));

        Assert.Contains("no answer within 2 s", failure.Message, StringComparison.Ordinal);
        Assert.IsLessThan(10, watch.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public void Sockets_RootlessFolder_ComesAfterTheSystems() =>
        CollectionAssert.AreEqual(
            new[] { "unix:///run/buildkit/buildkitd.sock", "unix:///run/user/7/buildkit/buildkitd.sock" },
            BuildKitPlaces.Sockets(With(("XDG_RUNTIME_DIR", "/run/user/7"))).Select(place => place.Address).ToArray());

    [TestMethod]
    public async Task Find_Cancelled_IsACancellation()
    {
        await using var silent = PeerStandIn.Silent();
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(0.1));

        await Assert.ThrowsAsync<OperationCanceledException>(() => BuildKitDiscovery.FindAsync(With(), [Place(silent.Address)], [], cancel.Token));
    }

    private static PeerStandIn Engine() => PeerStandIn.Saying("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\n"u8.ToArray());

    private static SocketTransport Place(string address) => (SocketTransport)TransportForms.Create(address, With());

    private static ConnectionSettings With(params (string Name, string Value)[] environment) => new()
    {
        Environment = name => environment.FirstOrDefault(pair => pair.Name == name).Value ?? (name == "DOCKER_HOST" ? "unix:///nowhere/docker.sock" : null),
    };

    private Task<IBuildKitTransport> FindAsync(ConnectionSettings settings, IReadOnlyList<SocketTransport> usual, params IDaemonStarter[] starters) =>
        BuildKitDiscovery.FindAsync(settings, usual, starters, context.CancellationToken);

    private sealed class StarterStandIn(IBuildKitTransport? transport) : IDaemonStarter
    {
        public Task<(IBuildKitTransport? Transport, string Problem)> TryCreateAsync(ConnectionSettings settings, CancellationToken cancellationToken) =>
            Task.FromResult((transport, transport is null ? "the stand-in does not start" : ""));
    }
}
