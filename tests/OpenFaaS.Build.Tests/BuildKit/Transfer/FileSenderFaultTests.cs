using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;
using static OpenFaaS.Build.BuildKit.Wire.Files.Packet.Types;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

[TestClass]
public sealed class FileSenderFaultTests(TestContext context)
{
    private readonly MessagePipe toSender = new();
    private readonly MessagePipe fromSender = new();

    [TestMethod]
    [DataRow(0u, 0u, "asks twice")]
    [DataRow(1u, null, "is no file")]
    [DataRow(7u, null, "is no file")]
    [DataRow(uint.MaxValue, null, "is no file")]
    public async Task Send_HostileRequest_IsAProtocolError(uint first, uint? second, string expected)
    {
        var sending = SendAsync(TransferSample.Set(Bytes.File("a", "x"), TransferSample.Folder("b")));
        await UntilDescribedAsync();
        await SayAsync(new Packet { Type = PacketType.PacketReq, Id = first });
        if (second is { } again)
        {
            await SayAsync(new Packet { Type = PacketType.PacketReq, Id = again });
        }

        await ExpectAsync(sending, "OFB5201", expected);
    }

    [TestMethod]
    public async Task Send_RequestBeforeTheDescription_IsAProtocolError()
    {
        using var writer = new PacketWriter(fromSender.PacketWriter);
        var files = TransferSample.Files("a");
        var transfer = new FileTransfer(files, TransferSample.Directory(files), writer, _ => { });
        await SayAsync(new Packet { Type = PacketType.PacketReq, Id = 0 });

        await ExpectAsync(transfer.TakeRequestsAsync(toSender.Packets, context.CancellationToken), "OFB5201", "entry 0");
    }

    [TestMethod]
    [DataRow((int)PacketType.PacketStat)]
    [DataRow((int)PacketType.PacketData)]
    [DataRow(99)]
    public async Task Send_PacketOfAnotherRole_IsAProtocolError(int type)
    {
        var sending = SendAsync(TransferSample.Files("a"));
        await SayAsync(new Packet { Type = (PacketType)type });

        await ExpectAsync(sending, "OFB5201", "not for a sender");
    }

    [TestMethod]
    public async Task Send_EndWithoutFin_IsAProtocolError()
    {
        var sending = SendAsync(TransferSample.Files("a"));
        toSender.Complete();

        await ExpectAsync(sending, "OFB5201", "before all files");
    }

    [TestMethod]
    public async Task Send_DaemonGivesUp_ItsTextIsReportedWithoutControlCharacters()
    {
        var sending = SendAsync(TransferSample.Files("a"));
        await SayAsync(new Packet { Type = PacketType.PacketErr, Data = ByteString.CopyFromUtf8("no space\n##vso[task.complete] \u001B[31mleft on device") });

        await ExpectAsync(sending, "OFB5202", "no space ##vso[task.complete]  [31mleft on device");
    }

    [TestMethod]
    [DataRow(2, "it shrank")]
    [DataRow(4, "it grew")]
    public async Task Send_ContentOfAnotherSize_IsTheFilesErrorAndTheDaemonIsTold(int actual, string expected)
    {
        var entry = new ContextEntry("d/f", EntryKind.File, 0x1A4) { Size = 3, Content = new Bytes(new byte[actual]) };
        var sending = SendAsync(new FileSet([entry]));
        await UntilDescribedAsync();
        await SayAsync(new Packet { Type = PacketType.PacketReq, Id = 1 });

        var draining = LastAsync();
        await ExpectAsync(sending, "OFB4001", expected);
        fromSender.Complete();
        Assert.Contains("OFB4001", (await draining).Data.ToStringUtf8());
    }

    [TestMethod]
    public async Task Send_Fails_IsReportedBeforeTheDaemonIsTold()
    {
        List<string> order = [];
        var daemon = new NotingWriter<Packet>(fromSender.PacketWriter, packet => order.AddRange(packet.Type == PacketType.PacketErr ? ["told"] : []));
        var files = new FileSet([new ContextEntry("f", EntryKind.File, 0x1A4) { Size = 3, Content = new Bytes(new byte[2]) }]);

        var sending = FileSender.SendAsync(TransferSample.Directory(files), FileRequest.All, toSender.Packets, daemon, _ => { }, failure => Noted(order, failure), context.CancellationToken);
        await UntilDescribedAsync();
        await SayAsync(new Packet { Type = PacketType.PacketReq, Id = 0 });

        Assert.AreEqual("given by the report", (await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => sending)).Message);
        CollectionAssert.AreEqual(new[] { "OFB4001", "told" }, order);
    }

    [TestMethod, Timeout(30_000, CooperativeCancellation = true)]
    public async Task Send_FailsWhileAnotherFileIsWritten_IsReportedBeforeTheCallIsReset()
    {
        using var call = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        List<string> order = [];
        var daemon = new ResettingStandIn(fromSender.PacketWriter, order, call);
        var files = new FileSet([Bytes.File("a", new string('x', 1 << 20)), new ContextEntry("b", EntryKind.File, 0x1A4) { Size = 3, Content = new Bytes([]) }]);

        var sending = FileSender.SendAsync(TransferSample.Directory(files), FileRequest.All, toSender.Packets, daemon, _ => { }, failure => Noted(order, failure), call.Token);
        await UntilDescribedAsync();
        await SayAsync(new Packet { Type = PacketType.PacketReq, Id = 0 });
        await daemon.Blocked.Task.WaitAsync(context.CancellationToken);
        await SayAsync(new Packet { Type = PacketType.PacketReq, Id = 1 });

        Assert.AreEqual("given by the report", (await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => sending)).Message);
        CollectionAssert.AreEqual(new[] { "OFB4001", "reset" }, order);
    }

    [TestMethod]
    public async Task Send_FileThatCannotBeOpened_KeepsItsDiagnostic()
    {
        var path = Path.Combine(context.Folder(), "f");
        await File.WriteAllTextAsync(path, "x", context.CancellationToken);
        var files = new FileSet(DirectoryScanner.Scan(context.Folder(), new ScanOptions(), new RecordingLog()));
        var directory = TransferSample.Directory(files);
        var times = directory.Times.Of(files[0]);
        File.Delete(path);

        var sending = FileSender.SendAsync(directory with { Times = new FixedTimes(times) }, FileRequest.All, toSender.Packets, fromSender.PacketWriter, _ => { }, failure => failure, context.CancellationToken);
        await UntilDescribedAsync();
        await SayAsync(new Packet { Type = PacketType.PacketReq, Id = 0 });

        await ExpectAsync(sending, "OFB4001", "it was removed");
    }

    [TestMethod]
    public async Task Send_Cancelled_Ends()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var sending = FileSender.SendAsync(
            TransferSample.Directory(TransferSample.Files([.. Enumerable.Range(0, 100).Select(number => $"f{number}")])), FileRequest.All, toSender.Packets, fromSender.PacketWriter, _ => { }, failure => failure, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => sending);
    }

    [TestMethod]
    public async Task Send_MalformedPattern_IsNamed()
    {
        var sending = FileSender.SendAsync(
            TransferSample.Directory(TransferSample.Files("a")), new FileRequest(["[x"], [], []), toSender.Packets, fromSender.PacketWriter, _ => { }, failure => failure, context.CancellationToken);

        await ExpectAsync(sending, "OFB5203", "'[x'");
    }

    private Task SendAsync(FileSet files) =>
        FileSender.SendAsync(TransferSample.Directory(files), FileRequest.All, toSender.Packets, fromSender.PacketWriter, _ => { }, failure => failure, context.CancellationToken);

    private static InvalidOperationException Noted(List<string> order, DiagnosticException failure)
    {
        order.Add(failure.Diagnostics.Single().Descriptor.Code);
        return new InvalidOperationException("given by the report");
    }

    private Task SayAsync(Packet packet) => toSender.PacketWriter.WriteAsync(packet, context.CancellationToken);

    private async Task UntilDescribedAsync()
    {
        var reader = fromSender.Packets;
        while (await reader.MoveNext(context.CancellationToken) && reader.Current.Stat is not null)
        {
        }
    }

    private async Task<Packet> LastAsync()
    {
        var reader = fromSender.Packets;
        while (await reader.MoveNext(context.CancellationToken))
        {
        }

        return reader.Current;
    }

    private static async Task ExpectAsync(Task sending, string code, string text)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => sending);
        Assert.AreEqual(code, failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(text, failure.Diagnostics[0].Message);
    }

    private sealed class FixedTimes(long time) : ContentTimes
    {
        public override long Of(ContextEntry entry) => time;
    }

    /// <summary>Stands in for gRPC's writer before a daemon that takes no content: a write whose token is cancelled resets the call.</summary>
    private sealed class ResettingStandIn(IAsyncStreamWriter<Packet> inner, List<string> order, CancellationTokenSource call) : IAsyncStreamWriter<Packet>
    {
        public TaskCompletionSource Blocked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(Packet message) => WriteAsync(message, CancellationToken.None);

        public async Task WriteAsync(Packet message, CancellationToken cancellationToken)
        {
            if (message.Type != PacketType.PacketData)
            {
                await inner.WriteAsync(message, cancellationToken);
                return;
            }

            Blocked.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                order.Add("reset");
                await call.CancelAsync();
            }
        }
    }
}
