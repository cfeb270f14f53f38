using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>Outputs find their receivers, with messages as they are on the wire.</summary>
[TestClass]
public sealed class FileSendServiceTests(TestContext context)
{
    private static readonly Method<BytesMessage, BytesMessage> DiffCopy = new(
        MethodType.DuplexStreaming,
        "moby.filesync.v1.FileSend",
        "DiffCopy",
        Marshallers.Create(message => message.ToByteArray(), BytesMessage.Parser.ParseFrom),
        Marshallers.Create(message => message.ToByteArray(), BytesMessage.Parser.ParseFrom));

    [TestMethod]
    [DataRow(null, 0)]
    [DataRow("0", 0)]
    [DataRow("1", 1)]
    public async Task DiffCopy_Output_ReachesItsReceiver(string? id, int expected)
    {
        EchoStandIn[] outputs = [new(), new()];
        await using var daemon = await DaemonSide.OpenAsync(new SessionContent { SharedKey = "k", Log = new RecordingLog(), Outputs = outputs }, context.CancellationToken);
        var headers = new Metadata { { "exporter-md-image.name", "docker.io/library/x:1" } };
        if (id is not null)
        {
            headers.Add("buildkit-attachable-exporter-id", id);
        }

        using var call = daemon.Invoker.AsyncDuplexStreamingCall(DiffCopy, null, new CallOptions(headers, cancellationToken: context.CancellationToken));
        var sent = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(1_000_000));
        await call.RequestStream.WriteAsync(new BytesMessage { Data = sent }, context.CancellationToken);
        await call.RequestStream.CompleteAsync();

        Assert.IsTrue(await call.ResponseStream.MoveNext(context.CancellationToken));
        Assert.AreEqual(sent, call.ResponseStream.Current.Data);
        Assert.IsFalse(await call.ResponseStream.MoveNext(context.CancellationToken));
        Assert.AreEqual("docker.io/library/x:1", outputs[expected].Metadata["exporter-md-image.name"]);
        Assert.IsEmpty(outputs[1 - expected].Metadata);
    }

    [TestMethod]
    [DataRow("1")]
    [DataRow("-1")]
    [DataRow("99999999999")]
    [DataRow("x")]
    public async Task DiffCopy_OutputThatIsNotThere_IsNotFound(string id)
    {
        await using var daemon = await DaemonSide.OpenAsync(new SessionContent { SharedKey = "k", Log = new RecordingLog(), Outputs = [new EchoStandIn()] }, context.CancellationToken);
        var headers = new Metadata { { "buildkit-attachable-exporter-id", id } };

        using var call = daemon.Invoker.AsyncDuplexStreamingCall(DiffCopy, null, new CallOptions(headers, cancellationToken: context.CancellationToken));

        Assert.AreEqual(StatusCode.NotFound, (await DaemonSide.StatusAsync(() => call.ResponseStream.MoveNext(context.CancellationToken))).StatusCode);
    }

    /// <summary>Sends back what it gets.</summary>
    private sealed class EchoStandIn : IOutputReceiver
    {
        public IReadOnlyDictionary<string, string> Metadata { get; private set; } = new Dictionary<string, string>();

        public bool HasBegun => Metadata.Count > 0;

        public async Task ReceiveAsync(
            IAsyncStreamReader<ReadOnlyMemory<byte>> incoming,
            IAsyncStreamWriter<ReadOnlyMemory<byte>> outgoing,
            IReadOnlyDictionary<string, string> metadata,
            Func<DiagnosticException, Exception> failing,
            CancellationToken cancellationToken)
        {
            Metadata = metadata;
            while (await incoming.MoveNext(cancellationToken))
            {
                await outgoing.WriteAsync(incoming.Current, cancellationToken);
            }
        }

        public Task CommitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
