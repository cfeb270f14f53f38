using Grpc.Core;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.BuildKit.Wire.Health;
using OpenFaaS.Build.BuildKit.Wire.Secrets;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>The server of sessions by itself, and the services that answer with what a session holds.</summary>
[TestClass]
public sealed class SessionServerTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Check_Always_IsServing()
    {
        await using var daemon = await OpenAsync(Content());

        var answer = await new Health.HealthClient(daemon.Invoker).CheckAsync(new HealthCheckRequest(), cancellationToken: context.CancellationToken);

        Assert.AreEqual(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
    }

    [TestMethod]
    public async Task Call_OfAServiceThatIsNotThere_IsUnimplemented()
    {
        await using var daemon = await OpenAsync(Content());
        var marshaller = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "moby.upload.v1.Upload", "Pull", marshaller, marshaller);

        var status = await DaemonSide.StatusAsync(() => daemon.Invoker.AsyncUnaryCall(method, null, new CallOptions(cancellationToken: context.CancellationToken), []).ResponseAsync);

        Assert.AreEqual(StatusCode.Unimplemented, status.StatusCode);
    }

    [TestMethod]
    public async Task GetSecret_OfThisBuild_IsItsBytes()
    {
        await using var daemon = await OpenAsync(Content(("token", [0, 255, 10])));

        var answer = await SecretAsync(daemon, "token");

        CollectionAssert.AreEqual(new byte[] { 0, 255, 10 }, answer.Data.ToByteArray());
    }

    [TestMethod]
    public async Task Call_CompressedRequest_IsNotTaken()
    {
        await using var daemon = await OpenAsync(Content(("token", [1])));
        var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };

        // Little on the wire may be far more than a message may have.
        var status = await DaemonSide.StatusAsync(
            async () => await new Secrets.SecretsClient(daemon.Invoker).GetSecretAsync(new GetSecretRequest { Id = "token" }, headers, cancellationToken: context.CancellationToken));

        Assert.AreEqual(StatusCode.Unimplemented, status.StatusCode);
    }

    [TestMethod]
    [DataRow("other")]
    [DataRow("")]
    [DataRow("TOKEN")]
    public async Task GetSecret_OfNobody_IsNotFound(string id)
    {
        await using var daemon = await OpenAsync(Content(("token", [1])));

        Assert.AreEqual(StatusCode.NotFound, (await DaemonSide.StatusAsync(() => SecretAsync(daemon, id))).StatusCode);
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public async Task GetSecret_AtTheLimit_PassesAndOneByteMoreIsACodedError()
    {
        await using var daemon = await OpenAsync(Content(("fits", new byte[512_000]), ("large", new byte[512_001])));

        Assert.AreEqual(512_000, (await SecretAsync(daemon, "fits")).Data.Length);
        var status = await DaemonSide.StatusAsync(() => SecretAsync(daemon, "large"));

        Assert.AreEqual(StatusCode.FailedPrecondition, status.StatusCode);
        Assert.AreEqual("OFB5113", log.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public async Task GetSecret_SourceThatBreaks_IsReportedWithoutAStackTrace()
    {
        var content = Content() with { Secret = (_, _) => throw new InvalidOperationException("broken") };
        await using var daemon = await OpenAsync(content);

        var status = await DaemonSide.StatusAsync(() => SecretAsync(daemon, "x"));

        Assert.AreEqual((StatusCode.Internal, "the build client failed"), (status.StatusCode, status.Detail));
        Assert.AreEqual("OFB9001", log.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public async Task GetSecret_OfTwoSessionsOnOneServer_AreKeptApart()
    {
        await using var host = new SessionHost();
        await using var one = await DaemonSide.OpenAsync(Content(("id", [1])), context.CancellationToken, host);
        await using var other = await DaemonSide.OpenAsync(Content(("id", [2])), context.CancellationToken, host);

        Assert.AreEqual(1, (await SecretAsync(one, "id")).Data[0]);
        Assert.AreEqual(2, (await SecretAsync(other, "id")).Data[0]);
    }

    [TestMethod]
    [DataRow("nothing")]
    [DataRow("../context")]
    [DataRow("")]
    public async Task DiffCopy_OfADirectoryThatIsNotThere_IsNotFound(string name)
    {
        await using var daemon = await OpenAsync(Content());
        using var call = new FileSync.FileSyncClient(daemon.Invoker).DiffCopy(new Metadata { { "dir-name", name } }, cancellationToken: context.CancellationToken);

        Assert.AreEqual(StatusCode.NotFound, (await DaemonSide.StatusAsync(() => call.ResponseStream.MoveNext(context.CancellationToken))).StatusCode);
    }

    [TestMethod]
    public async Task DiffCopy_ThousandsOfHeaders_AreNoProblemForTheServer()
    {
        await using var daemon = await OpenAsync(Content());
        var headers = new Metadata { { "dir-name", "nothing" } };
        for (var index = 0; index < 3000; index++)
        {
            headers.Add($"x-{index}", new string('x', 100));
        }

        using var call = new FileSync.FileSyncClient(daemon.Invoker).DiffCopy(headers, cancellationToken: context.CancellationToken);

        Assert.AreEqual(StatusCode.NotFound, (await DaemonSide.StatusAsync(() => call.ResponseStream.MoveNext(context.CancellationToken))).StatusCode);
    }

    [TestMethod]
    public async Task DiffCopy_Case11EncodedPatterns_AreDecoded()
    {
        var files = new FileSet([Bytes.File("a", "1"), Bytes.File("fr\u00fch x", "2"), Bytes.File("fr+h", "3")]);
        var directory = new LocalDirectory(files, HashedTimes.Normalized(HashedTimes.HashOf, 0));
        await using var daemon = await OpenAsync(Content() with { Directories = new Dictionary<string, LocalDirectory> { ["context"] = directory } });
        var headers = new Metadata { { "dir-name", "context" }, { "include-patterns", "fr%C3%BCh+x" }, { "include-patterns-encoded", "1" } };

        using var call = new FileSync.FileSyncClient(daemon.Invoker).DiffCopy(headers, cancellationToken: context.CancellationToken);

        Assert.AreEqual("fr\u00fch x", await PathAsync(call));
        Assert.IsNull(await PathAsync(call));
        await call.RequestStream.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketFin }, context.CancellationToken);
        Assert.IsTrue(await call.ResponseStream.MoveNext(context.CancellationToken));
        Assert.AreEqual(Packet.Types.PacketType.PacketFin, call.ResponseStream.Current.Type);
        Assert.IsFalse(await call.ResponseStream.MoveNext(context.CancellationToken));
    }

    [TestMethod]
    public async Task Call_MessageOverTheLimit_IsRefused()
    {
        await using var daemon = await OpenAsync(Content());

        var status = await DaemonSide.StatusAsync(() => SecretAsync(daemon, new string('x', 17 << 20)));

        Assert.AreEqual(StatusCode.ResourceExhausted, status.StatusCode);
    }

    [TestMethod]
    public async Task Connection_Garbage_EndsItAndNoOther()
    {
        await using var host = new SessionHost();
        await using var healthy = await DaemonSide.OpenAsync(Content(("id", [1])), context.CancellationToken, host);
        var connection = host.Connect(new SessionServices(Content()));

        await connection.Client.Output.WriteAsync(new byte[64 * 1024], context.CancellationToken);
        await connection.Closed.WaitAsync(TimeSpan.FromSeconds(30), context.CancellationToken);

        Assert.AreEqual(1, (await SecretAsync(healthy, "id")).Data[0]);
    }

    [TestMethod]
    public async Task Dispose_WithOpenConnections_EndsThem()
    {
        var host = new SessionHost();
        await using var daemon = await DaemonSide.OpenAsync(Content(), context.CancellationToken, host);

        await host.DisposeAsync();

        await daemon.Connection.Closed.WaitAsync(TimeSpan.FromSeconds(30), context.CancellationToken);
        Assert.ThrowsExactly<ObjectDisposedException>(() => host.Connect(new SessionServices(Content())));
    }

    private static async Task<GetSecretResponse> SecretAsync(DaemonSide daemon, string id) => await new Secrets.SecretsClient(daemon.Invoker).GetSecretAsync(new GetSecretRequest { Id = id });

    private async Task<string?> PathAsync(AsyncDuplexStreamingCall<Packet, Packet> call)
    {
        Assert.IsTrue(await call.ResponseStream.MoveNext(context.CancellationToken));
        return call.ResponseStream.Current.Stat?.Path;
    }

    private Task<DaemonSide> OpenAsync(SessionContent content) => DaemonSide.OpenAsync(content, context.CancellationToken);

    private SessionContent Content(params (string Id, byte[] Value)[] secrets) => new()
    {
        SharedKey = "key",
        Log = log,
        Secret = (id, _) => Task.FromResult<byte[]?>(secrets.FirstOrDefault(secret => secret.Id == id).Value),
    };
}
