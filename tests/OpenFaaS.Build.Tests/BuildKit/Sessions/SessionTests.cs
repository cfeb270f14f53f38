using System.Buffers;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Sessions.Tunnels;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>Opening, losing and closing sessions, with a daemon that does as it is told.</summary>
[TestClass]
public sealed class SessionTests(TestContext context)
{
    private const string Address = "unix:///run/buildkit.sock";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DaemonStandIn daemon = new();

    [TestMethod]
    public async Task Open_Headers_IntroduceTheSession()
    {
        await using var host = new SessionHost();
        await using var session = await OpenAsync(host, Content() with { Outputs = [null!] });

        Assert.AreEqual(session.Id, daemon.Headers.GetValue("x-docker-expose-session-uuid"));
        Assert.IsGreaterThanOrEqualTo(25, session.Id.Length);
        Assert.AreEqual("key", daemon.Headers.GetValue("x-docker-expose-session-sharedkey"));
        CollectionAssert.AreEqual(
            new[] { "/moby.filesync.v1.FileSync/DiffCopy", "/moby.filesync.v1.FileSend/DiffCopy" },
            daemon.Headers.GetAll("x-docker-expose-session-grpc-method").Select(entry => entry.Value).ToArray());
    }

    [TestMethod]
    public async Task Open_Case11SharedKeyWithForeignLetters_IsAsciiOnTheWire()
    {
        await using var host = new SessionHost();
        await using var session = await OpenAsync(host, Content() with { SharedKey = "/早/\n" });

        Assert.MatchesRegex("^[0-9a-f]{64}$", daemon.Headers.GetValue("x-docker-expose-session-sharedkey"));
        Assert.HasCount(1, daemon.Headers.GetAll("x-docker-expose-session-grpc-method"));
    }

    [TestMethod]
    public async Task Tunnel_BytesOfTheDaemon_AreAnsweredByTheServer()
    {
        await using var host = new SessionHost();
        await using var session = await OpenAsync(host, Content());

        daemon.Send([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0]);

        // A settings frame, in a BytesMessage.
        var answer = BytesMessage.Parser.ParseFrom(await daemon.Received.ReadAsync(context.CancellationToken)).Data;
        Assert.AreEqual(4, answer[3]);
        Assert.IsFalse(session.Lost.IsCompleted);
    }

    [TestMethod]
    public async Task Lost_Case81DaemonEndsTheCall_IsACodedError()
    {
        await using var host = new SessionHost();
        await using var session = await OpenAsync(host, Content());

        daemon.End();

        Assert.AreEqual("OFB5101", await CodeAsync(session));
    }

    [TestMethod]
    public async Task Lost_Case81ConnectionBreaks_SaysWhyWithoutControlCharacters()
    {
        await using var host = new SessionHost();
        await using var session = await OpenAsync(host, Content());

        daemon.End(new RpcException(new Status(StatusCode.Unavailable, "connection reset\n##vso[task.complete]")));

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => session.Lost.WaitAsync(Patience, context.CancellationToken));
        Assert.Contains("connection reset ##vso", error.Message);
        Assert.Contains(Address, error.Message);
    }

    [TestMethod]
    public async Task Lost_Case81ProgramOfTheWayEnds_IsItsOwnError()
    {
        await using var host = new SessionHost();
        await using var session = await OpenAsync(host, Content());
        var way = BuildKitConnectionDiagnostics.NoWorker.With("x").ToException();

        // As a program's stream, HTTP's client and gRPC's wrap it.
        daemon.End(new RpcException(new Status(StatusCode.Unavailable, "error", new HttpRequestException("error", new IOException("cut", new IOException(way.Message, way))))));

        Assert.AreEqual("OFB5018", await CodeAsync(session));
    }

    [TestMethod]
    public async Task Lost_Case81NothingArrives_IsACodedError()
    {
        await using var host = new SessionHost(new ImpatientTime());
        await using var session = await OpenAsync(host, Content());

        Assert.AreEqual("OFB5102", await CodeAsync(session));
    }

    [TestMethod]
    public async Task Lost_DaemonSendsGarbage_IsACodedError()
    {
        await using var host = new SessionHost();
        await using var session = await OpenAsync(host, Content());

        daemon.Send(new byte[64 * 1024]);

        Assert.AreEqual("OFB5101", await CodeAsync(session));
    }

    [TestMethod]
    public async Task Dispose_Open_EndsTheCallAndLosesNothing()
    {
        await using var host = new SessionHost();
        var session = await OpenAsync(host, Content());

        await session.DisposeAsync();
        await session.DisposeAsync();

        Assert.IsTrue(daemon.IsCancelled);
        Assert.IsFalse(session.Lost.IsCompleted);
    }

    [TestMethod]
    public async Task CloseInBackground_Open_IsClosedWithTheHost()
    {
        var host = new SessionHost();
        var session = await OpenAsync(host, Content());

        host.CloseInBackground(session);
        await host.DisposeAsync();

        Assert.IsTrue(daemon.IsCancelled);
        Assert.IsFalse(session.Lost.IsCompleted);
    }

    [TestMethod]
    public async Task Dispose_AfterTheDaemonIsGone_DoesNotThrow()
    {
        await using var host = new SessionHost();
        var session = await OpenAsync(host, Content());
        daemon.End(new RpcException(new Status(StatusCode.Unavailable, "gone")));
        await CodeAsync(session);

        await session.DisposeAsync();
    }

    [TestMethod]
    public async Task Lost_StreamIsRefused_SaysWhatTheDaemonSaid()
    {
        await using var host = new SessionHost();
        var refused = BuildKitConnectionDiagnostics.EngineRefused.With(Address, "it says no").ToException();
        await using var session = OnStream(host, _ => Task.FromException<Stream>(refused));

        Assert.AreSame(refused, await Assert.ThrowsExactlyAsync<DiagnosticException>(() => session.Lost.WaitAsync(Patience, context.CancellationToken)));
    }

    [TestMethod]
    public async Task Dispose_StreamIsNotThereYet_GivesItUp()
    {
        await using var host = new SessionHost();
        var opening = new TaskCompletionSource<Stream>();
        var session = OnStream(host, token =>
        {
            token.Register(() => opening.SetCanceled(token));
            return opening.Task;
        });

        await session.DisposeAsync().AsTask().WaitAsync(Patience, context.CancellationToken);

        Assert.IsTrue(opening.Task.IsCanceled);
        Assert.IsFalse(session.Lost.IsCompleted);
    }

    [TestMethod]
    public async Task Dispose_StreamComesMeanwhile_ClosesIt()
    {
        await using var host = new SessionHost();
        var stream = new MemoryStream();
        var session = OnStream(host, async token =>
        {
            await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return stream;
        });

        await session.DisposeAsync().AsTask().WaitAsync(Patience, context.CancellationToken);

        Assert.IsFalse(stream.CanRead);
    }

    [TestMethod]
    public async Task Watch_WhileAMessageIsWorkedOn_CountsNoSilence()
    {
        var watch = new SilenceWatch(new ImpatientTime());
        using var stop = new CancellationTokenSource();
        watch.Heard();
        var run = watch.RunAsync(stop.Token);

        Assert.AreNotSame(run, await Task.WhenAny(run, Task.Delay(200, context.CancellationToken)));
        watch.Listen();

        await run.WaitAsync(Patience, context.CancellationToken);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(127)]
    [DataRow(128)]
    [DataRow(70_000)]
    [DataRow(TunnelChunk.Longest)]
    public void Chunk_OnTheWire_IsABytesMessage(int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        var serialization = new DaemonStandIn.Serialization();

        TunnelChunk.Method.RequestMarshaller.ContextualSerializer(new TunnelChunk(new ReadOnlySequence<byte>(bytes)), serialization);

        Assert.AreEqual(serialization.Announced, serialization.Bytes.WrittenCount);
        CollectionAssert.AreEqual(bytes, BytesMessage.Parser.ParseFrom(serialization.Bytes.WrittenSpan).Data.ToByteArray());
    }

    private static SessionContent Content() => new() { SharedKey = "key", Log = new RecordingLog() };

    private Task<Session> OpenAsync(SessionHost host, SessionContent content) => host.OpenAsync(daemon, Address, content);

    private static Session OnStream(SessionHost host, Func<CancellationToken, Task<Stream>> open)
    {
        var services = new SessionServices(Content());
        return new Session("id", new StreamTunnel(open), Address, services, host.Connect(services), TimeProvider.System);
    }

    private async Task<string> CodeAsync(Session session) =>
        (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => session.Lost.WaitAsync(Patience, context.CancellationToken))).Diagnostics[0].Descriptor.Code;
}
