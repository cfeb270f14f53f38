using Google.Protobuf;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;
using static OpenFaaS.Build.BuildKit.Wire.Files.Packet.Types;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

[TestClass]
public sealed class FolderReceiverFaultTests(TestContext context)
{
    private static readonly Packet EndOfList = new() { Type = PacketType.PacketStat };
    private readonly MessagePipe incoming = new();
    private readonly MessagePipe outgoing = new();

    private string Destination => Path.Combine(context.Folder(), "out");

    [TestMethod]
    [DataRow("..", "OFB5201")]
    [DataRow("../x", "OFB5201")]
    [DataRow("/etc/passwd", "OFB5201")]
    [DataRow("", "OFB5201")]
    [DataRow("./x", "OFB5201")]
    [DataRow("x//y", "OFB5201")]
    [DataRow("x/", "OFB5201")]
    [DataRow("x\0y", "OFB5201")]
    [DataRow("x|x", "OFB5201")]
    [DataRow("b|a", "OFB5201")]
    [DataRow("a-b|a/|a/b", "OFB5201")]
    [DataRow("missing/x", "OFB5201")]
    [DataRow("file|file/x", "OFB5201")]
    [DataRow("link->/etc|link/passwd", "OFB5201")]
    [DataRow("link->", "OFB5201")]
    [DataRow("a=>missing", "OFB5201")]
    [DataRow("a=>b|b", "OFB5201")]
    [DataRow("d/|x=>d", "OFB5201")]
    [DataRow("l->x|y=>l", "OFB5201")]
    [DataRow("y=>../../etc/passwd", "OFB5201")]
    [DataRow("a#-1", "OFB5201")]
    public void Add_HostileEntries_AreRefused(string entries, string code)
    {
        var listing = new ReceivedListing("out", windows: false);

        var failure = Assert.ThrowsExactly<DiagnosticException>(() =>
        {
            foreach (var entry in entries.Split('|'))
            {
                listing.Add(Read(entry));
            }
        });
        Assert.AreEqual(code, failure.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public void Read_FieldsThatAreNotKnown_AreNotKept()
    {
        var known = new Packet { Type = PacketType.PacketStat, Stat = new Stat { Path = "a" } };
        byte[] unknown = [.. Enumerable.Repeat<byte[]>([0x9a, 0x06, 1, 7], 1000).SelectMany(field => field)];
        var stat = known.Stat.ToByteArray().Concat(unknown).ToArray();
        var message = new Packet { Type = PacketType.PacketStat, Stat = Stat.Parser.ParseFrom(stat) }.ToByteArray();

        Assert.IsGreaterThan(4000, message.Length);
        Assert.AreEqual(known, FolderReceiver.Read(message));
    }

    [TestMethod]
    public void Add_TooDeep_IsRefused()
    {
        var listing = new ReceivedListing("out", windows: false);
        var path = "d";

        Assert.ThrowsExactly<DiagnosticException>(() =>
        {
            for (; path.Length < 4000; path += "/d")
            {
                listing.Add(new Stat { Path = path, Mode = GoFileMode.Directory });
            }
        });
        Assert.HasCount(501, listing.Entries);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Add_MoreThanAMillion_IsRefused()
    {
        var listing = new ReceivedListing("out", windows: false);

        Assert.ThrowsExactly<DiagnosticException>(() =>
        {
            for (var number = 0; number <= 1_000_000; number++)
            {
                listing.Add(new Stat { Path = $"f{number:D7}" });
            }
        });
        Assert.HasCount(1_000_000, listing.Entries);
    }

    [TestMethod]
    [DataRow("a/b c", false, null)]
    [DataRow("a:b", false, null)]
    [DataRow("a:b", true, "characters")]
    [DataRow("a\\..\\..\\b", true, "characters")]
    [DataRow("a/x.", true, "dot")]
    [DataRow("a/x ", true, "space")]
    [DataRow("nul", true, "device")]
    [DataRow("d/Com1.txt", true, "device")]
    [DataRow("common", true, null)]
    [DataRow("com10", true, null)]
    public void WhyUnusable_Names_AreThoseOfTheSystem(string path, bool windows, string? expected)
    {
        var why = OutputNames.WhyUnusable(path, windows);

        Assert.AreEqual(expected is null, why is null, why);
        Assert.Contains(expected ?? "", why ?? "");
    }

    [TestMethod]
    [DataRow(256)]
    [DataRow(5000)]
    public void WhyUnusable_LongNames_AreUnusable(int length) => Assert.IsNotNull(OutputNames.WhyUnusable(new string('x', length), windows: false));

    [TestMethod]
    [DataRow(1u, "x", "was not asked for")]
    [DataRow(9u, "x", "was not asked for")]
    [DataRow(0u, "xxxx", "4 bytes and should have 3")]
    [DataRow(0u, "", "0 bytes and should have 3")]
    public async Task Receive_HostileData_IsRefusedAndLeavesNothing(uint id, string data, string expected)
    {
        var failure = await ReceiveAsync(Described("a#3"), Described("b/"), EndOfList, new Packet { Type = PacketType.PacketData, Id = id, Data = ByteString.CopyFromUtf8(data) });

        Assert.AreEqual("OFB5201", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(expected, failure.Diagnostics[0].Message);
    }

    [TestMethod]
    [DataRow((int)PacketType.PacketReq)]
    [DataRow((int)PacketType.PacketFin)]
    [DataRow((int)PacketType.PacketStat)]
    public async Task Receive_PacketOfAnotherRole_IsRefused(int type) =>
        Assert.AreEqual("OFB5201", (await ReceiveAsync(Described("a#3"), EndOfList, new Packet { Type = (PacketType)type })).Diagnostics[0].Descriptor.Code);

    [TestMethod]
    public async Task Receive_DaemonGivesUp_ItsTextIsReported()
    {
        var failure = await ReceiveAsync(Described("a#3"), new Packet { Type = PacketType.PacketErr, Data = ByteString.CopyFromUtf8("gone\nwrong.") });

        Assert.AreEqual("OFB5208", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("gone wrong", failure.Diagnostics[0].Message);
    }

    [TestMethod]
    [TestCategory("fault-83")]
    public async Task Receive_EndInTheMiddle_IsAnErrorAndTheOldFolderStays()
    {
        Directory.CreateDirectory(Destination);

        var failure = await ReceiveAsync(Described("a#3"), EndOfList);

        Assert.AreEqual("OFB5204", failure.Diagnostics[0].Descriptor.Code);
        Assert.IsTrue(Directory.Exists(Destination));
    }

    [TestMethod]
    public async Task Receive_Fails_IsReportedBeforeTheDaemonIsTold()
    {
        List<string> order = [];
        var daemon = new NotingWriter<ReadOnlyMemory<byte>>(outgoing.RawWriter, message => order.Add(Packet.Parser.ParseFrom(message.Span).Type.ToString()));
        await using var receiver = new FolderReceiver(Destination, new RecordingLog());
        await incoming.PacketWriter.WriteAsync(Described("../a"), context.CancellationToken);

        var failure = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => receiver.ReceiveAsync(
            incoming.Raw, daemon, new Dictionary<string, string>(), Noted, context.CancellationToken));

        Assert.AreEqual("given by the report", failure.Message);
        CollectionAssert.AreEqual(new[] { "reported", nameof(PacketType.PacketErr) }, order);

        Exception Noted(DiagnosticException reported)
        {
            order.Add("reported");
            return new InvalidOperationException("given by the report");
        }
    }

    [TestMethod]
    public async Task Receive_DaemonGivesUp_IsLeftToTheCall()
    {
        await using var receiver = new FolderReceiver(Destination, new RecordingLog());
        await incoming.PacketWriter.WriteAsync(new Packet { Type = PacketType.PacketErr, Data = ByteString.CopyFromUtf8("context canceled") }, context.CancellationToken);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => receiver.ReceiveAsync(
            incoming.Raw, outgoing.RawWriter, new Dictionary<string, string>(), _ => throw new InvalidOperationException("it is no news"), context.CancellationToken));

        Assert.AreEqual("OFB5208", failure.Diagnostics[0].Descriptor.Code);
    }

    private static Packet Described(string entry) => new() { Type = PacketType.PacketStat, Stat = Read(entry) };

    // "folder/", "link->target", "hard=>target", "file#size".
    private static Stat Read(string entry) => entry switch
    {
        _ when entry.Split("->") is [var path, var target] => new Stat { Path = path, Mode = GoFileMode.SymbolicLink | 0x1FF, Linkname = target },
        _ when entry.Split("=>") is [var path, var target] => new Stat { Path = path, Mode = 0x1A4, Linkname = target },
        _ when entry.Split('#') is [var path, var size] => new Stat { Path = path, Mode = 0x1A4, Size = long.Parse(size, System.Globalization.CultureInfo.InvariantCulture) },
        [not '/', .., not '/', '/'] or [not '/', '/'] when entry != "x/" => new Stat { Path = entry[..^1], Mode = GoFileMode.Directory | 0x1ED },
        _ => new Stat { Path = entry, Mode = 0x1A4 },
    };

    /// <summary>What becomes of these packets; afterwards nothing of the output is left.</summary>
    private async Task<DiagnosticException> ReceiveAsync(params Packet[] packets)
    {
        DiagnosticException failure;
        await using (var receiver = new FolderReceiver(Destination, new RecordingLog()))
        {
            foreach (var packet in packets)
            {
                await incoming.PacketWriter.WriteAsync(packet, context.CancellationToken);
            }

            incoming.Complete();
            failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(
                () => receiver.ReceiveAsync(incoming.Raw, outgoing.RawWriter, new Dictionary<string, string>(), failure => failure, context.CancellationToken));
            await Assert.ThrowsExactlyAsync<DiagnosticException>(() => receiver.CommitAsync(context.CancellationToken));
        }

        Assert.IsEmpty(Directory.GetFileSystemEntries(context.Folder()).Where(path => path != Destination));
        return failure;
    }
}
