using System.Diagnostics;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Sessions.Ssh;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Connections;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Sessions;

/// <summary>Sessions with real daemons, an old one and a modern one.</summary>
[TestClass, RequiresService("docker"), RequiresService("docker26")]
public sealed class RealSessionTests(TestContext context)
{
    private const string Old = "docker", Modern = "docker26";

    // Busybox of the machine: nothing can be pulled here.
    private const string Base = "FROM scratch\nCOPY busybox /bin/sh\n";

    private readonly RecordingLog log = new();

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Session_Idle_IsAliveAfterTwelveSeconds(string service)
    {
        await using var host = new SessionHost();
        await using var connection = await ConnectAsync(service);
        await using var session = await OpenAsync(host, connection, Content("FROM scratch\nCOPY a /a\n"));

        await Task.Delay(TimeSpan.FromSeconds(12), context.CancellationToken);

        Assert.IsFalse(session.Lost.IsCompleted);
        await DockerfileSolve.RunAsync(connection, session, context.CancellationToken);
        Assert.IsGreaterThan(0, session.BytesSent);
    }

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Solve_SecretAndSsh_ReachTheStep(string service)
    {
        var folder = context.Folder();
        var key = Path.Combine(folder, "key");
        await Tool.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key], context.CancellationToken);
        await using var agents = await SshAgents.OpenAsync([new SshReference("default", [key])], Environment.GetEnvironmentVariable, context.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "secret"), "s3cret\n", context.CancellationToken);
        var secrets = await SecretReferences.ReadAsync(
            new Dictionary<string, string> { ["token"] = "file:" + Path.Combine(folder, "secret") }, _ => null, context.CancellationToken);
        var dockerfile = Base
            + "RUN --mount=type=secret,id=token read value < /run/secrets/token && [ \"$value\" = s3cret ]\n"
            + "RUN --mount=type=secret,id=other [ ! -e /run/secrets/other ]\n"
            + "RUN --mount=type=ssh [ -S \"$SSH_AUTH_SOCK\" ]\n";
        await using var host = new SessionHost();
        await using var connection = await ConnectAsync(service);
        await using var session = await OpenAsync(host, connection, Content(dockerfile) with { Secret = secrets.GetAsync, SshAgents = agents.Sockets });

        await DockerfileSolve.RunAsync(connection, session, context.CancellationToken);

        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Session_TwelveAtOnce_AllBuildTheirOwn(string service)
    {
        await using var host = new SessionHost();
        await using var connection = await ConnectAsync(service);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(async number =>
        {
            await using var session = await OpenAsync(host, connection, Content($"FROM scratch\nCOPY a /{number}\n"));
            await DockerfileSolve.RunAsync(connection, session, context.CancellationToken);
            Assert.IsFalse(session.Lost.IsCompleted);
        }));
    }

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Dispose_Session_IsUnknownToTheDaemonAtOnce(string service)
    {
        await using var host = new SessionHost();
        await using var connection = await ConnectAsync(service);
        var session = await OpenAsync(host, connection, Content("FROM scratch\nCOPY a /a\n"));
        await Task.Delay(500, context.CancellationToken);

        await session.DisposeAsync();

        await Assert.ThrowsExactlyAsync<RpcException>(() => DockerfileSolve.RunAsync(connection, session, context.CancellationToken));
        Assert.IsFalse(session.Lost.IsCompleted);
    }

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Lost_Case81ConnectionIsCut_IsACodedErrorAtOnce(string service)
    {
        await using var bridge = BuildKitBridge.OnUnix(TestServices.Endpoint(service));
        await using var host = new SessionHost();
        await using var connection = await ConnectToAsync(bridge.Address);
        await using var session = await OpenAsync(host, connection, Content("FROM scratch\n"));
        await Task.Delay(500, context.CancellationToken);

        var watch = Stopwatch.StartNew();
        bridge.Cut();

        Assert.AreEqual("OFB5101", await CodeAsync(session));
        Assert.IsLessThan(10, watch.Elapsed.TotalSeconds);
    }

    [TestMethod]
    [DataRow(Old)]
    [DataRow(Modern)]
    public async Task Lost_Case81DaemonIsPaused_IsACodedErrorWithinThirtySeconds(string service)
    {
        await using var bridge = BuildKitBridge.OnUnix(TestServices.Endpoint(service));
        await using var host = new SessionHost();
        await using var connection = await ConnectToAsync(bridge.Address);
        await using var session = await OpenAsync(host, connection, Content("FROM scratch\n"));
        await Task.Delay(500, context.CancellationToken);

        var watch = Stopwatch.StartNew();
        bridge.Pause();

        Assert.Contains(await CodeAsync(session), new[] { "OFB5101", "OFB5102" });
        Assert.IsLessThan(30, watch.Elapsed.TotalSeconds);
        await session.DisposeAsync();
    }

    [TestMethod]
    public async Task Dispose_Case82MidTransfer_IsQuick()
    {
        await using var host = new SessionHost();
        await using var connection = await ConnectAsync(Modern);
        var large = new ContextEntry("a", EntryKind.File, 420) { Size = 2_000_000_000, Content = new EndlessStandIn(2_000_000_000) };
        var session = await OpenAsync(host, connection, new SessionContent { SharedKey = "cancel", Log = log, Directories = DockerfileSolve.Directories("FROM scratch\nCOPY a /a\n", large) });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var solve = DockerfileSolve.RunAsync(connection, session, cancel.Token);
        while (session.BytesSent < 10_000_000 && !solve.IsCompleted)
        {
            await Task.Delay(10, context.CancellationToken);
        }

        var watch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Assert.ThrowsExactlyAsync<RpcException>(() => solve);
        await session.DisposeAsync();

        Assert.IsLessThan(10, watch.Elapsed.TotalSeconds);
        Assert.IsEmpty(log.Diagnostics);
    }

    private SessionContent Content(string dockerfile)
    {
        var busybox = new ContextEntry("busybox", EntryKind.File, 493)
        {
            Size = new FileInfo("/bin/busybox").Length,
            Content = new Bytes(File.ReadAllBytes("/bin/busybox")),
        };
        return new SessionContent { SharedKey = "sessions", Log = log, Directories = DockerfileSolve.Directories(dockerfile, Bytes.File("a", "text"), busybox) };
    }

    private Task<BuildKitConnection> ConnectAsync(string service) => ConnectToAsync(TestServices.Endpoint(service));

    private Task<BuildKitConnection> ConnectToAsync(string address) =>
        BuildKitConnection.OpenAsync(TransportForms.Create(address, ConnectionForms.Settings(address)), context.CancellationToken);

    private Task<Session> OpenAsync(SessionHost host, BuildKitConnection connection, SessionContent content) => host.OpenAsync(connection, content);

    private async Task<string> CodeAsync(Session session) =>
        (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => session.Lost.WaitAsync(TimeSpan.FromSeconds(60), context.CancellationToken))).Diagnostics[0].Descriptor.Code;
}
