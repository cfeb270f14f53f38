using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Wire.Content;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.ContentStores;

[TestClass]
public sealed class DaemonContentTests(TestContext context)
{
    private static readonly Digest Wanted = Digest.Of("abcdef"u8);

    [TestMethod]
    public async Task Read_InParts_IsWhole()
    {
        await using var host = await HostAsync(Part(0, "abc"), Part(3, "def"));

        Assert.AreEqual("abcdef", System.Text.Encoding.UTF8.GetString((await DaemonContent.ReadAsync(host.Invoker, Wanted, 6, context.CancellationToken))!));
    }

    [TestMethod]
    [DataRow(StatusCode.NotFound)]
    [DataRow(StatusCode.Unimplemented)]
    public async Task Read_NotThere_IsNull(StatusCode code)
    {
        await using var host = await HostAsync(code);

        Assert.IsNull(await DaemonContent.ReadAsync(host.Invoker, Wanted, 6, context.CancellationToken));
    }

    [TestMethod]
    [DataRow("abc", 3, "xyz", 6, "another digest", DisplayName = "other bytes")]
    [DataRow("abc", 4, "def", 6, "missing", DisplayName = "a gap")]
    [DataRow("abc", 0, "abc", 6, "missing", DisplayName = "an offset again")]
    [DataRow("abc", 3, "def", 5, "larger", DisplayName = "too large")]
    public async Task Read_HostileParts_AreACodedError(string first, long offset, string second, long limit, string reason)
    {
        await using var host = await HostAsync(Part(0, first), Part(offset, second));

        await ExpectAsync(reason, () => DaemonContent.ReadAsync(host.Invoker, Wanted, limit, context.CancellationToken));
    }

    [TestMethod]
    public async Task Read_DaemonFails_IsACodedErrorWithoutControlCharacters()
    {
        await using var host = await HostAsync(StatusCode.Internal, "disk\n##vso[task.complete]\u001b[31m");

        var message = await ExpectAsync("disk", () => DaemonContent.ReadAsync(host.Invoker, Wanted, 6, context.CancellationToken));

        Assert.IsFalse(message.Any(char.IsControl), message);
    }

    [TestMethod]
    public async Task Read_DaemonIsSilent_EndsAfterALimit()
    {
        var time = new ImpatientTime();
        await using var host = await GrpcHost.StartAsync(new DaemonStandIn([], StatusCode.OK, "", isSilent: true), context.CancellationToken);

        await ExpectAsync("no answer within 30 s", () => DaemonContent.ReadAsync(host.Invoker, Wanted, 6, context.CancellationToken, time));

        CollectionAssert.AreEqual(new[] { TimeSpan.FromSeconds(30) }, time.Waits.ToArray());
    }

    [TestMethod]
    public async Task Read_Cancelled_IsCancelled()
    {
        await using var host = await GrpcHost.StartAsync(new DaemonStandIn([], StatusCode.OK, "", isSilent: true), context.CancellationToken);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        cancel.CancelAfter(100);

        await Assert.ThrowsAsync<OperationCanceledException>(() => DaemonContent.ReadAsync(host.Invoker, Wanted, 6, cancel.Token));
    }

    private static ReadContentResponse Part(long offset, string text) => new() { Offset = offset, Data = ByteString.CopyFromUtf8(text) };

    private static async Task<string> ExpectAsync(string reason, Func<Task> read)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(read);
        Assert.AreEqual("OFB5309", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(reason, failure.Diagnostics[0].Message);
        return failure.Diagnostics[0].Message;
    }

    private Task<GrpcHost> HostAsync(params ReadContentResponse[] parts) =>
        GrpcHost.StartAsync(new DaemonStandIn(parts, StatusCode.OK, "", isSilent: false), context.CancellationToken);

    private Task<GrpcHost> HostAsync(StatusCode code, string detail = "") =>
        GrpcHost.StartAsync(new DaemonStandIn([], code, detail, isSilent: false), context.CancellationToken);

    /// <summary>A daemon that answers every read alike.</summary>
    private sealed class DaemonStandIn(ReadContentResponse[] parts, StatusCode code, string detail, bool isSilent) : Content.ContentBase
    {
        public override async Task Read(ReadContentRequest request, IServerStreamWriter<ReadContentResponse> responseStream, ServerCallContext context)
        {
            if (isSilent)
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }

            if (code != StatusCode.OK)
            {
                throw new RpcException(new Grpc.Core.Status(code, detail));
            }

            foreach (var part in parts)
            {
                await responseStream.WriteAsync(part, context.CancellationToken);
            }
        }
    }
}
