using System.Text;
using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Diagnostics;
using static OpenFaaS.Build.BuildKit.Wire.Files.Packet.Types;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>Sends a directory to the daemon: what there is, and then the contents that the daemon does not have yet.</summary>
internal static class FileSender
{
    /// <summary>Files that are read at the same time.</summary>
    private const int Readers = 4;

    /// <summary>Serves one call of file sync to its end.</summary>
    /// <param name="directory">What there is.</param>
    /// <param name="request">What of it the daemon wants.</param>
    /// <param name="incoming">What the daemon says.</param>
    /// <param name="outgoing">What it is told. A message is never changed once it is written, but the memory that it refers to is used again.</param>
    /// <param name="sent">Told how many further bytes of content were sent.</param>
    /// <param name="failing">
    /// Told that a file cannot be read or has changed, before the daemon is and before the call is given up: either may end the build at once. Gives what is
    /// thrown.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the session or the build ends.</param>
    /// <exception cref="Exception">What <paramref name="failing"/> gave.</exception>
    /// <exception cref="DiagnosticException">The daemon asked for something malformed, broke the protocol, or gave up.</exception>
    public static async Task SendAsync(
        LocalDirectory directory,
        FileRequest request,
        IAsyncStreamReader<Packet> incoming,
        IAsyncStreamWriter<Packet> outgoing,
        Action<long> sent,
        Func<DiagnosticException, Exception> failing,
        CancellationToken cancellationToken)
    {
        using var writer = new PacketWriter(outgoing);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? failure = null;
        try
        {
            var transfer = new FileTransfer(FilteredFiles.Select(directory.Files, request, cancellationToken), directory, writer, sent);
            await RunAsync(
                transfer.TakeRequestsAsync(incoming, stop.Token),
                [
                    Task.Run(() => transfer.DescribeAsync(stop.Token), stop.Token),
                    .. Enumerable.Range(0, Readers).Select(_ => Task.Run(() => transfer.SendContentsAsync(stop.Token), stop.Token)),
                ],
                own => failure = failing(own),
                stop);
            await writer.WriteAsync(new Packet { Type = PacketType.PacketFin }, 0, moreFollows: false, cancellationToken);
        }
        catch (DiagnosticException e) when (failure is not null || !cancellationToken.IsCancellationRequested)
        {
            await TellAsync(writer, e, cancellationToken);
            if (failure is not null)
            {
                throw failure;
            }

            throw;
        }
    }

    /// <summary>Waits for all parts; the first failure ends the others and is thrown.</summary>
    /// <param name="receiving">The part whose failures are the daemon's.</param>
    /// <param name="sending">The other parts.</param>
    /// <param name="failing">Told of a failure of theirs first: a write that is stopped resets the call.</param>
    /// <param name="stop">Ends the parts.</param>
    private static async Task RunAsync(Task receiving, Task[] sending, Action<DiagnosticException> failing, CancellationTokenSource stop)
    {
        Task? failed = null;
        await foreach (var part in Task.WhenEach([receiving, .. sending]))
        {
            if (!part.IsCompletedSuccessfully && failed is null)
            {
                failed = part;
                if (part != receiving && part.Exception?.InnerException is DiagnosticException own)
                {
                    failing(own);
                }

                await stop.CancelAsync();
            }
        }

        await (failed ?? Task.CompletedTask);
    }

    private static async Task TellAsync(PacketWriter writer, DiagnosticException failure, CancellationToken cancellationToken)
    {
        try
        {
            var text = UnsafeByteOperations.UnsafeWrap(Encoding.UTF8.GetBytes(failure.Message));
            await writer.WriteAsync(new Packet { Type = PacketType.PacketErr, Data = text }, text.Length, moreFollows: false, cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException or RpcException)
        {
            // The daemon has gone already, and the first failure is the one to report.
        }
    }
}
