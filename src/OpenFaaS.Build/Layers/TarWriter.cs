using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Layers;

/// <summary>Writes a tar stream whose bytes depend on the entries and the epoch alone. Files are streamed; one that changes while it is read fails the whole archive.</summary>
/// <param name="output">Receives the bytes; not closed.</param>
/// <param name="epoch">Modification time of every entry, seconds since 1970.</param>
public sealed class TarWriter(Stream output, long epoch)
{
    private readonly byte[] buffer = new byte[128 * 1024];

    /// <summary>Writes one entry; the file that a hard link leads to was written before.</summary>
    public async Task WriteAsync(ContextEntry entry, CancellationToken cancellationToken)
    {
        EnsureNoWhiteout(entry.Path);
        switch (entry.Kind)
        {
            case EntryKind.Directory:
                await HeaderAsync(entry.Path + "/", TarHeader.TypeFlag.Directory, entry, 0, "", cancellationToken);
                break;
            case EntryKind.SymbolicLink:
                await HeaderAsync(entry.Path, TarHeader.TypeFlag.SymbolicLink, entry, 0, entry.LinkTarget ?? "", cancellationToken);
                break;
            case EntryKind.Fifo:
                await HeaderAsync(entry.Path, TarHeader.TypeFlag.Fifo, entry, 0, "", cancellationToken);
                break;
            case EntryKind.CharacterDevice:
                await HeaderAsync(entry.Path, TarHeader.TypeFlag.CharacterDevice, entry, 0, "", cancellationToken);
                break;
            case EntryKind.BlockDevice:
                await HeaderAsync(entry.Path, TarHeader.TypeFlag.BlockDevice, entry, 0, "", cancellationToken);
                break;
            case EntryKind.File when entry.HardLink is { } first:
                await HeaderAsync(entry.Path, TarHeader.TypeFlag.HardLink, entry, 0, first, cancellationToken);
                break;

            // An archive cannot hold a socket; as BuildKit does, an empty file stands for it.
            default:
                await HeaderAsync(entry.Path, TarHeader.TypeFlag.File, entry, entry.Size, "", cancellationToken);
                await ContentAsync(entry, cancellationToken);
                break;
        }
    }

    /// <summary>Writes the marker that removes a path of the layers below (OCI <c>layer.md</c>, whiteouts).</summary>
    public Task WriteWhiteoutAsync(string path, CancellationToken cancellationToken)
    {
        var slash = path.LastIndexOf('/') + 1;
        var marker = new ContextEntry(path[..slash] + ".wh." + path[slash..], EntryKind.File, 0);
        return HeaderAsync(marker.Path, TarHeader.TypeFlag.File, marker, 0, "", cancellationToken);
    }

    /// <summary>Writes a file of given bytes, for archives.</summary>
    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var entry = new ContextEntry(path, EntryKind.File, Convert.ToInt32("644", 8));
        await HeaderAsync(path, TarHeader.TypeFlag.File, entry, content.Length, "", cancellationToken);
        await output.WriteAsync(content, cancellationToken);
        await PadAsync(content.Length, cancellationToken);
    }

    /// <summary>Writes the end of the archive.</summary>
    public Task FinishAsync(CancellationToken cancellationToken) =>
        output.WriteAsync(new byte[2 * TarHeader.BlockSize], cancellationToken).AsTask();

    private static void EnsureNoWhiteout(string path)
    {
        foreach (var part in path.Split('/'))
        {
            if (part.StartsWith(".wh.", StringComparison.Ordinal))
            {
                throw LayerDiagnostics.WhiteoutName.With(path).ToException();
            }
        }
    }

    private Task HeaderAsync(string name, TarHeader.TypeFlag type, ContextEntry entry, long size, string link, CancellationToken cancellationToken) =>
        output.WriteAsync(TarHeader.Encode(name, type, entry, size, epoch, link), cancellationToken).AsTask();

    private async Task ContentAsync(ContextEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Size > 0 || entry.Content is not null)
        {
            await using var content = entry.Content!.Open();
            var left = entry.Size;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                left -= read;
                if (left < 0)
                {
                    throw LayerDiagnostics.FileChanged.With(entry.Path, "it grew").ToException();
                }

                await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            if (left > 0)
            {
                throw LayerDiagnostics.FileChanged.With(entry.Path, "it shrank").ToException();
            }
        }

        await PadAsync(entry.Size, cancellationToken);
    }

    private Task PadAsync(long size, CancellationToken cancellationToken)
    {
        var padding = (int)((TarHeader.BlockSize - (size % TarHeader.BlockSize)) % TarHeader.BlockSize);
        return padding == 0 ? Task.CompletedTask : output.WriteAsync(new byte[padding], cancellationToken).AsTask();
    }
}
