using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

[TestClass]
public sealed class ArchiveReceiverTests(TestContext context)
{
    private readonly MessagePipe incoming = new();

    private string Destination => Path.Combine(context.Folder(), "out", "image.tar");

    [TestMethod]
    public async Task Commit_WholeArchive_ReplacesTheFile()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Destination)!);
        await File.WriteAllTextAsync(Destination, "old", context.CancellationToken);
        await using (var receiver = ArchiveReceiver.ToFile(Destination))
        {
            await ReceiveAsync(receiver, "new", " content");
            Assert.AreEqual("old", await File.ReadAllTextAsync(Destination, context.CancellationToken));
            await receiver.CommitAsync(context.CancellationToken);
        }

        Assert.AreEqual("new content", await File.ReadAllTextAsync(Destination, context.CancellationToken));
        Assert.HasCount(1, Remaining());
    }

    [TestMethod]
    public async Task Commit_Scratch_StaysWhereItIs()
    {
        var path = Path.Combine(context.Folder(), "scratch.tar");
        await using (var receiver = ArchiveReceiver.ToScratch(path))
        {
            await ReceiveAsync(receiver, "content");
            await receiver.CommitAsync(context.CancellationToken);
        }

        Assert.AreEqual("content", await File.ReadAllTextAsync(path, context.CancellationToken));
    }

    [TestMethod]
    [TestCategory("fault-83")]
    public async Task Commit_CutArchive_IsAnErrorAndLeavesNothing()
    {
        await using (var receiver = ArchiveReceiver.ToFile(Destination))
        {
            await incoming.RawWriter.WriteAsync(new BytesMessage { Data = ByteString.CopyFromUtf8("half") }.ToByteArray(), context.CancellationToken);
            incoming.Complete(new IOException("the connection was reset"));
            await Assert.ThrowsExactlyAsync<RpcException>(() => ReceiveAsync(receiver));

            await ExpectAsync(() => receiver.CommitAsync(context.CancellationToken), "OFB5204");
        }

        Assert.IsEmpty(Remaining());
    }

    [TestMethod]
    public async Task Commit_NothingReceived_IsAnError()
    {
        await using var never = ArchiveReceiver.ToFile(Destination);
        await ExpectAsync(() => never.CommitAsync(context.CancellationToken), "OFB5204");

        await using var empty = ArchiveReceiver.ToFile(Destination);
        await ReceiveAsync(empty);
        await ExpectAsync(() => empty.CommitAsync(context.CancellationToken), "OFB5204");
    }

    [TestMethod]
    [TestCategory("fault-82")]
    public async Task Receive_Cancelled_LeavesNothing()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        await using (var receiver = ArchiveReceiver.ToFile(Destination))
        {
            var receiving = receiver.ReceiveAsync(incoming.Raw, new MessagePipe().RawWriter, new Dictionary<string, string>(), failure => failure, stop.Token);
            await incoming.RawWriter.WriteAsync(new BytesMessage { Data = ByteString.CopyFromUtf8("half") }.ToByteArray(), context.CancellationToken);
            await stop.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => receiving);
        }

        Assert.IsEmpty(Remaining());
    }

    [TestMethod]
    public async Task Receive_Twice_IsAProtocolError()
    {
        await using var receiver = ArchiveReceiver.ToFile(Destination);
        await ReceiveAsync(receiver, "content");

        await ExpectAsync(() => ReceiveAsync(receiver), "OFB5201");
    }

    [TestMethod]
    public async Task Receive_DamagedMessage_IsAProtocolError()
    {
        await using var receiver = ArchiveReceiver.ToFile(Destination);
        await incoming.RawWriter.WriteAsync(new byte[] { 0x0A, 0xFF, 0xFF }, context.CancellationToken);

        await ExpectAsync(() => ReceiveAsync(receiver), "OFB5201");
    }

    [TestMethod]
    public async Task Receive_PlaceThatIsAFolder_IsNamed()
    {
        Directory.CreateDirectory(Destination);
        await using var receiver = ArchiveReceiver.ToFile(Destination);

        var failure = await ExpectAsync(() => ReceiveAsync(receiver, "content"), "OFB4003");
        Assert.Contains(Destination, failure.Diagnostics[0].Message);
    }

    [TestMethod]
    public async Task Receive_UnwritablePlace_IsNamed()
    {
        var file = Path.Combine(context.Folder(), "file");
        await File.WriteAllTextAsync(file, "", context.CancellationToken);
        await using var receiver = ArchiveReceiver.ToFile(Path.Combine(file, "image.tar"));

        var failure = await ExpectAsync(() => ReceiveAsync(receiver, "content"), "OFB4003");
        Assert.Contains("image.tar", failure.Diagnostics[0].Message);
    }

    [TestMethod]
    public async Task Receive_DiskFullBehindSmallMessages_LeavesNothing()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Destination)!);
        await Tool.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", Path.GetDirectoryName(Destination)!], context.CancellationToken);
        try
        {
            await using (var receiver = ArchiveReceiver.ToFile(Destination))
            {
                // Less than what is held back before it is written.
                await ExpectAsync(() => ReceiveAsync(receiver, [.. Enumerable.Repeat(new string('x', 110_000), 12)]), "OFB4003");
            }

            Assert.IsEmpty(Remaining());
        }
        finally
        {
            await Tool.RunAsync("umount", [Path.GetDirectoryName(Destination)!], CancellationToken.None);
        }
    }

    private static async Task<DiagnosticException> ExpectAsync(Func<Task> action, string code)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(action);
        Assert.AreEqual(code, failure.Diagnostics[0].Descriptor.Code);
        return failure;
    }

    private string[] Remaining() => Directory.Exists(Path.GetDirectoryName(Destination)) ? Directory.GetFileSystemEntries(Path.GetDirectoryName(Destination)!) : [];

    private async Task ReceiveAsync(ArchiveReceiver receiver, params string[] chunks)
    {
        foreach (var chunk in chunks)
        {
            await incoming.RawWriter.WriteAsync(new BytesMessage { Data = ByteString.CopyFromUtf8(chunk) }.ToByteArray(), context.CancellationToken);
        }

        incoming.Complete();
        await receiver.ReceiveAsync(incoming.Raw, new MessagePipe().RawWriter, new Dictionary<string, string>(), failure => failure, context.CancellationToken);
    }
}
