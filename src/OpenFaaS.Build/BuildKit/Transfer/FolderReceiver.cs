using System.Text;
using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Registry.Transport;
using static OpenFaaS.Build.BuildKit.Wire.Files.Packet.Types;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>
/// Receives a folder (exporter <c>local</c>): a transfer of files with the roles reversed. A build for several platforms makes one call a platform, side by side.
/// The folder takes the place of the old one whole.
/// </summary>
internal sealed class FolderReceiver : IOutputReceiver
{
    // A listing is kept, and fields that nobody knows would be kept with it.
    private static readonly MessageParser<Packet> Packets = Packet.Parser.WithDiscardUnknownFields(true);

    private readonly string destination;
    private readonly IBuildLog log;
    private readonly OutputFolder folder;
    private readonly List<ReceivedListing> received = [];
    private readonly Lock gate = new();
    private int calls;

    /// <param name="destination">The folder; what is in it is replaced.</param>
    /// <param name="log">Told what is left out.</param>
    /// <exception cref="DiagnosticException">The folder is one that nobody wants replaced.</exception>
    public FolderReceiver(string destination, IBuildLog log)
    {
        this.destination = Path.TrimEndingDirectorySeparator(Path.GetFullPath(destination));
        this.log = log;
        EnsureNarrow(this.destination);
        folder = new OutputFolder(this.destination);
    }

    /// <inheritdoc/>
    public bool HasBegun => Volatile.Read(ref calls) > 0;

    /// <inheritdoc/>
    public async Task ReceiveAsync(
        IAsyncStreamReader<ReadOnlyMemory<byte>> incoming,
        IAsyncStreamWriter<ReadOnlyMemory<byte>> outgoing,
        IReadOnlyDictionary<string, string> metadata,
        Func<DiagnosticException, Exception> failing,
        CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        try
        {
            var listing = await ListAsync(incoming, cancellationToken);
            folder.MakeFolders(listing.Entries);
            await FillAsync(listing, incoming, outgoing, cancellationToken);
            lock (gate)
            {
                // Before the daemon hears of it, since its result may then be here first.
                received.Add(listing);
            }

            await WriteAsync(outgoing, new Packet { Type = PacketType.PacketFin }, cancellationToken);
            await EndAsync(incoming, cancellationToken);
        }
        catch (DiagnosticException e) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = IsDaemons(e) ? e : failing(e);
            await TellAsync(outgoing, e, cancellationToken);
            throw failure;
        }
    }

    /// <inheritdoc/>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (calls == 0 || received.Count != calls)
        {
            throw BuildKitTransferDiagnostics.OutputMissing.With(destination).ToException();
        }

        foreach (var listing in received)
        {
            cancellationToken.ThrowIfCancellationRequested();
            folder.Finish(listing.Entries);
            foreach (var entry in listing.Entries.Where(IsLeftOut))
            {
                log.Report(BuildKitTransferDiagnostics.SpecialFileLeftOut.With(SafeText.Neutralize(entry.Path), destination));
            }
        }

        cancellationToken.ThrowIfCancellationRequested();

        // Before the folder: one without the mark would be taken for somebody else's.
        await AtomicFile.WriteAsync(MarkOf(destination), ReadOnlyMemory<byte>.Empty, cancellationToken);
        folder.MoveIntoPlace();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        folder.Discard();
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads a message, without fields that are not known here.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is damaged.</exception>
    public static Packet Read(ReadOnlySpan<byte> message) => Packets.ParseFrom(message);

    // What the daemon has said or left out is no news to it, and often only follows from what it tells otherwise.
    private static bool IsDaemons(DiagnosticException failure) =>
        failure.Diagnostics[0].Descriptor is var descriptor && (descriptor == BuildKitTransferDiagnostics.OutputRefused || descriptor == BuildKitTransferDiagnostics.OutputMissing);

    private static bool IsLeftOut(Stat entry) =>
        !ReceivedListing.IsFile(entry) && !ReceivedListing.IsFolder(entry) && !ReceivedListing.IsSymbolicLink(entry) && !ReceivedListing.IsHardLink(entry);

    private static void EnsureNarrow(string folder)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var isHome = home.Length > 0 && folder == Path.TrimEndingDirectorySeparator(home);
        if (Path.GetPathRoot(folder) == folder || isHome || Path.Exists(Path.Combine(folder, ".git")))
        {
            throw BuildKitTransferDiagnostics.FolderTooWide.With(folder).ToException();
        }

        // What is replaced is deleted: only what an earlier output has put there, or nothing.
        if (Directory.Exists(folder) && !File.Exists(MarkOf(folder)) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw BuildKitTransferDiagnostics.FolderNotOurs.With(folder).ToException();
        }
    }

    private static string MarkOf(string folder) => Path.Combine(Path.GetDirectoryName(folder)!, $".{Path.GetFileName(folder)}.openfaas-output");

    private async Task<ReceivedListing> ListAsync(IAsyncStreamReader<ReadOnlyMemory<byte>> incoming, CancellationToken cancellationToken)
    {
        var listing = new ReceivedListing(destination, OperatingSystem.IsWindows());
        while (true)
        {
            var packet = await NextAsync(incoming, cancellationToken);
            switch (packet)
            {
                case { Type: PacketType.PacketStat, Stat: { } stat }:
                    listing.Add(stat);
                    break;
                case { Type: PacketType.PacketStat }:
                    return listing;
                default:
                    throw Unexpected(packet);
            }
        }
    }

    private async Task FillAsync(
        ReceivedListing listing, IAsyncStreamReader<ReadOnlyMemory<byte>> incoming, IAsyncStreamWriter<ReadOnlyMemory<byte>> outgoing, CancellationToken cancellationToken)
    {
        using var intake = new ContentIntake(folder, listing.Entries);
        while (true)
        {
            while (intake.Next() is { } number)
            {
                await WriteAsync(outgoing, new Packet { Type = PacketType.PacketReq, Id = number }, cancellationToken);
            }

            if (intake.IsDone)
            {
                return;
            }

            var packet = await NextAsync(incoming, cancellationToken);
            intake.Take(packet.Id, packet.Type == PacketType.PacketData ? packet.Data : throw Unexpected(packet));
        }
    }

    private async Task EndAsync(IAsyncStreamReader<ReadOnlyMemory<byte>> incoming, CancellationToken cancellationToken)
    {
        if (await NextAsync(incoming, cancellationToken) is { Type: not PacketType.PacketFin } packet)
        {
            throw Unexpected(packet);
        }
    }

    private async Task<Packet> NextAsync(IAsyncStreamReader<ReadOnlyMemory<byte>> incoming, CancellationToken cancellationToken)
    {
        if (!await incoming.NextAsync(cancellationToken))
        {
            throw BuildKitTransferDiagnostics.OutputMissing.With(destination).ToException();
        }

        try
        {
            return Read(incoming.Current.Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw BuildKitTransferDiagnostics.ProtocolBroken.With("a message of an output is damaged").ToException(e);
        }
    }

    private DiagnosticException Unexpected(Packet packet) => packet.Type == PacketType.PacketErr
        ? BuildKitTransferDiagnostics.OutputRefused.With(destination, SafeText.Neutralize(packet.Data.ToStringUtf8()).TrimEnd('.')).ToException()
        : BuildKitTransferDiagnostics.ProtocolBroken.With($"a packet of type {(int)packet.Type} is not due here").ToException();

    private static Task WriteAsync(IAsyncStreamWriter<ReadOnlyMemory<byte>> outgoing, Packet packet, CancellationToken cancellationToken) =>
        outgoing.WriteAsync(packet.ToByteArray(), cancellationToken);

    private static async Task TellAsync(IAsyncStreamWriter<ReadOnlyMemory<byte>> outgoing, DiagnosticException failure, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(outgoing, new Packet { Type = PacketType.PacketErr, Data = ByteString.CopyFrom(failure.Message, Encoding.UTF8) }, cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException or RpcException)
        {
            // The daemon has gone already, and the first failure is the one to report.
        }
    }
}
