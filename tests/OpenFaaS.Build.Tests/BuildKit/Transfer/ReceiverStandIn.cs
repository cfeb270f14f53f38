using System.Text;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Context;
using static OpenFaaS.Build.BuildKit.Wire.Files.Packet.Types;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

/// <summary>The daemon's side of a transfer of files: as strict as the real one about order, parents and links, and it asks for every file while descriptions still come.</summary>
internal sealed class ReceiverStandIn
{
    private readonly MessagePipe fromSender = new();
    private readonly MessagePipe toSender = new();
    private readonly List<(string Path, byte[] Last)> folders = [("", [])];
    private readonly HashSet<string> files = [];
    private readonly HashSet<uint> awaited = [];

    public List<Stat> Stats { get; } = [];

    public Dictionary<string, byte[]> Contents { get; } = [];

    public IEnumerable<string> Paths => Stats.Select(stat => stat.Path);

    /// <summary>What the sender says of a failure.</summary>
    public string? Error { get; private set; }

    /// <summary>Runs a whole transfer between the real sender and this.</summary>
    public static async Task<ReceiverStandIn> TransferAsync(LocalDirectory directory, FileRequest request, CancellationToken cancellationToken)
    {
        var receiver = new ReceiverStandIn();
        long bytes = 0;
        var sending = FileSender.SendAsync(
            directory, request, receiver.toSender.Packets, receiver.fromSender.PacketWriter, count => Interlocked.Add(ref bytes, count), failure => failure, cancellationToken);
        await Task.WhenAll(receiver.RunAsync(cancellationToken), sending);
        Assert.AreEqual(receiver.Contents.Values.Sum(content => (long)content.Length), bytes);
        return receiver;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var reader = fromSender.Packets;
        var described = false;
        while (!described || awaited.Count > 0)
        {
            Assert.IsTrue(await reader.MoveNext(cancellationToken));
            var packet = reader.Current;
            switch (packet.Type)
            {
                case PacketType.PacketStat when packet.Stat is { } stat && !described:
                    await DescribeAsync(stat, cancellationToken);
                    break;
                case PacketType.PacketStat when !described:
                    described = true;
                    break;
                case PacketType.PacketData:
                    Take(packet);
                    break;
                case PacketType.PacketErr:
                    Error = packet.Data.ToStringUtf8();
                    return;
                default:
                    Assert.Fail(packet.ToString());
                    break;
            }
        }

        await toSender.PacketWriter.WriteAsync(new Packet { Type = PacketType.PacketFin }, cancellationToken);
        Assert.IsTrue(await reader.MoveNext(cancellationToken));
        Assert.AreEqual(PacketType.PacketFin, reader.Current.Type);
    }

    private async Task DescribeAsync(Stat stat, CancellationToken cancellationToken)
    {
        var (parent, name) = (PathNames.Parent(stat.Path), Encoding.UTF8.GetBytes(PathNames.Name(stat.Path)));
        while (folders[^1].Path != parent)
        {
            folders.RemoveAt(folders.Count - 1);
            Assert.IsNotEmpty(folders, $"{stat.Path} without its folder, or out of order");
        }

        Assert.IsLessThan(0, folders[^1].Last.AsSpan().SequenceCompareTo(name), $"{stat.Path} is out of order");
        folders[^1] = (parent, name);
        var isFile = (stat.Mode & GoFileMode.Kinds) == 0;
        if ((stat.Mode & GoFileMode.Directory) != 0)
        {
            folders.Add((stat.Path, []));
        }
        else if (isFile && stat.Linkname.Length > 0)
        {
            Assert.Contains(stat.Linkname, files, $"{stat.Path} is a link to what was not sent");
        }
        else if (isFile)
        {
            files.Add(stat.Path);
            awaited.Add((uint)Stats.Count);
            Contents[stat.Path] = [];
            await toSender.PacketWriter.WriteAsync(new Packet { Type = PacketType.PacketReq, Id = (uint)Stats.Count }, cancellationToken);
        }

        Stats.Add(stat);
    }

    private void Take(Packet packet)
    {
        Assert.Contains(packet.Id, awaited);
        var stat = Stats[(int)packet.Id];
        if (packet.Data.IsEmpty)
        {
            awaited.Remove(packet.Id);
            Assert.AreEqual(stat.Size, Contents[stat.Path].Length);
            return;
        }

        Contents[stat.Path] = [.. Contents[stat.Path], .. packet.Data.Span];
    }
}
