using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>Receives an archive (exporters <c>oci</c>, <c>docker</c>, <c>tar</c>): its bytes, to the end.</summary>
internal sealed class ArchiveReceiver : IOutputReceiver
{
    private readonly string destination;
    private readonly string temporary;
    private FileStream? file;
    private int calls;
    private bool isWhole;
    private bool isCommitted;

    private ArchiveReceiver(string destination, string temporary) => (this.destination, this.temporary) = (destination, temporary);

    /// <summary>Receives into a temporary file beside <paramref name="path"/>, and replaces that file whole.</summary>
    public static ArchiveReceiver ToFile(string path)
    {
        var full = Path.GetFullPath(path);
        return new ArchiveReceiver(full, Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp"));
    }

    /// <summary>Receives into a new file of a private folder, which is for further use there.</summary>
    public static ArchiveReceiver ToScratch(string path) => new(path, path);

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
        if (Interlocked.Increment(ref calls) > 1)
        {
            throw BuildKitTransferDiagnostics.ProtocolBroken.With($"it sends '{destination}' twice").ToException();
        }

        file = Open();
        while (await incoming.NextAsync(cancellationToken))
        {
            await WriteAsync(DataOf(incoming.Current), cancellationToken);
        }

        isWhole = file.Position > 0;
    }

    /// <inheritdoc/>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (file is null || !isWhole)
        {
            throw BuildKitTransferDiagnostics.OutputMissing.With(destination).ToException();
        }

        try
        {
            await file.FlushAsync(cancellationToken);
            if (temporary != destination)
            {
                file.Flush(flushToDisk: true);
            }

            await file.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            if (temporary != destination)
            {
                File.Move(temporary, destination, overwrite: true);
                DirectorySync.Flush(Path.GetDirectoryName(destination)!);
            }

            isCommitted = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(destination, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (file is null || isCommitted)
        {
            return;
        }

        try
        {
            await UnfinishedFile.DiscardAsync(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What remains is a temporary file; why it was not finished has been reported.
        }
    }

    private static ReadOnlyMemory<byte> DataOf(ReadOnlyMemory<byte> message)
    {
        try
        {
            return BytesMessage.Parser.ParseFrom(message.Span).Data.Memory;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw BuildKitTransferDiagnostics.ProtocolBroken.With("a message of an output is damaged").ToException(e);
        }
    }

    private FileStream Open()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(temporary)!);
            if (Directory.Exists(destination))
            {
                throw LayerDiagnostics.CannotWrite.With(destination, "it is a folder").ToException();
            }

            return new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 256 * 1024, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(destination, e);
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await file!.WriteAsync(data, cancellationToken);
        }
        catch (IOException e)
        {
            throw DiskFailure.Of(destination, e);
        }
    }
}
