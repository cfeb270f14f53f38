using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Wire.Ssh;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>SSH agents are byte pipes; what goes through them is nobody's business.</summary>
[TestClass]
public sealed class SshServiceTests(TestContext context)
{
    [TestMethod]
    [DataRow("")]
    [DataRow("default")]
    public async Task CheckAgent_OfTheBuild_IsThere(string id)
    {
        await using var daemon = await OpenAsync("/nowhere");

        Assert.IsNotNull(await new SSH.SSHClient(daemon.Invoker).CheckAgentAsync(new CheckAgentRequest { Id = id }));
    }

    [TestMethod]
    public async Task Calls_OfAnAgentThatIsNotTheBuilds_AreNotFound()
    {
        await using var daemon = await OpenAsync("/nowhere");
        using var call = Forward(daemon, "other");

        Assert.AreEqual(StatusCode.NotFound, (await DaemonSide.StatusAsync(async () => await new SSH.SSHClient(daemon.Invoker).CheckAgentAsync(new CheckAgentRequest { Id = "other" }))).StatusCode);
        Assert.AreEqual(StatusCode.NotFound, (await DaemonSide.StatusAsync(() => call.ResponseStream.MoveNext(context.CancellationToken))).StatusCode);
    }

    [TestMethod]
    public async Task ForwardAgent_AgentIsGone_IsUnavailable()
    {
        await using var daemon = await OpenAsync(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("n")));
        using var call = Forward(daemon, null);

        Assert.AreEqual(StatusCode.Unavailable, (await DaemonSide.StatusAsync(() => call.ResponseStream.MoveNext(context.CancellationToken))).StatusCode);
    }

    [TestMethod]
    public async Task ForwardAgent_StepClosesItsSide_StillGetsTheAnswer()
    {
        using var agent = new AgentStandIn(async (stream, token) =>
        {
            // Answers after the end of the question only.
            using var question = new MemoryStream();
            await stream.CopyToAsync(question, token);
            await stream.WriteAsync(question.ToArray(), token);
        });
        await using var daemon = await OpenAsync(agent.Path);
        var question = new byte[100_000];
        Random.Shared.NextBytes(question);

        using var call = Forward(daemon, "default");
        await call.RequestStream.WriteAsync(new BytesMessage { Data = ByteString.CopyFrom(question) }, context.CancellationToken);
        await call.RequestStream.CompleteAsync();

        CollectionAssert.AreEqual(question, await ReadAsync(call));
    }

    [TestMethod]
    public async Task ForwardAgent_AgentCloses_EndsTheCall()
    {
        using var agent = new AgentStandIn((stream, token) => stream.WriteAsync(new byte[] { 7 }, token).AsTask());
        await using var daemon = await OpenAsync(agent.Path);

        using var call = Forward(daemon, null);

        CollectionAssert.AreEqual(new byte[] { 7 }, await ReadAsync(call));
        Assert.AreEqual(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [TestMethod]
    public async Task ForwardAgent_SeveralAtOnce_AreKeptApartAndLeaveTheSessionAlive()
    {
        using var agent = new AgentStandIn((stream, token) => stream.CopyToAsync(stream, token));
        await using var daemon = await OpenAsync(agent.Path);
        var calls = Enumerable.Range(0, 120).Select(_ => Forward(daemon, null)).ToList();

        for (byte index = 0; index < calls.Count; index++)
        {
            await calls[index].RequestStream.WriteAsync(new BytesMessage { Data = ByteString.CopyFrom(index) }, context.CancellationToken);
        }

        for (var index = 0; index < calls.Count; index++)
        {
            Assert.IsTrue(await calls[index].ResponseStream.MoveNext(context.CancellationToken));
            Assert.AreEqual(index, calls[index].ResponseStream.Current.Data[0]);
            calls[index].Dispose();
        }
    }

    private static AsyncDuplexStreamingCall<BytesMessage, BytesMessage> Forward(DaemonSide daemon, string? id) =>
        new SSH.SSHClient(daemon.Invoker).ForwardAgent(id is null ? null : new Metadata { { "buildkit.ssh.id", id } });

    private async Task<byte[]> ReadAsync(AsyncDuplexStreamingCall<BytesMessage, BytesMessage> call)
    {
        using var content = new MemoryStream();
        while (await call.ResponseStream.MoveNext(context.CancellationToken))
        {
            call.ResponseStream.Current.Data.WriteTo(content);
        }

        return content.ToArray();
    }

    private Task<DaemonSide> OpenAsync(string socket) => DaemonSide.OpenAsync(
        new SessionContent { SharedKey = "k", Log = new RecordingLog(), SshAgents = new Dictionary<string, string> { ["default"] = socket } }, context.CancellationToken);

    /// <summary>Listens where an agent would.</summary>
    private sealed class AgentStandIn : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public AgentStandIn(Func<Stream, CancellationToken, Task> serve)
        {
            listener.Bind(new UnixDomainSocketEndPoint(Path));
            listener.Listen(200);
            _ = AcceptAsync(serve);
        }

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ofb-{Guid.NewGuid():n}.sock");

        public void Dispose()
        {
            stop.Cancel();
            listener.Dispose();
            File.Delete(Path);
        }

        private async Task AcceptAsync(Func<Stream, CancellationToken, Task> serve)
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync(stop.Token), serve);
            }
        }

        private async Task ServeAsync(Socket socket, Func<Stream, CancellationToken, Task> serve)
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            await serve(stream, stop.Token);
        }
    }
}
