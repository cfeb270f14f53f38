using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Context;

/// <summary>A file on disk as it was when it was found. Reading fails if the path now leads elsewhere, or if the content changed meanwhile.</summary>
/// <param name="fullPath">Where it is.</param>
/// <param name="name">How messages name it.</param>
/// <param name="found">What it was.</param>
internal sealed partial class DiskFile(string fullPath, string name, FileStatus found) : IContentSource
{
    // There may be many thousands of these: only what is compared is kept.
    private readonly (ulong Device, ulong Inode) identity = found.Identity;
    private readonly long size = found.Size;
    private readonly long changed = found.Changed;

    /// <summary>Full path on disk.</summary>
    public string FullPath => fullPath;

    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    private static int NoFollow => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Ppc64le ? 0x8000 : 0x20000;

    /// <inheritdoc/>
    public Stream Open()
    {
        try
        {
            var handle = OpenHandle();
            try
            {
                Verify(handle);
                return new CheckedStream(new FileStream(handle, FileAccess.Read, bufferSize: 0), () => Verify(handle));
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }
        catch (FileNotFoundException e)
        {
            throw LayerDiagnostics.FileChanged.With(name, "it was removed").ToException(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LayerDiagnostics.CannotRead.With($"'{name}'", e.Message).ToException(e);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    private SafeFileHandle OpenHandle()
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.OpenHandle(fullPath, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }

        // Neither a link nor a FIFO that took the file's place may be followed or waited for.
        var descriptor = OpenFile(fullPath, NoFollow | NonBlocking | CloseOnExec);
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        var error = Marshal.GetLastPInvokeError();
        throw error switch
        {
            2 => new FileNotFoundException(null, fullPath),
            40 => LayerDiagnostics.FileChanged.With(name, "a link took its place").ToException(),
            1 or 13 => new UnauthorizedAccessException("permission denied"),
            _ => new IOException(Marshal.GetPInvokeErrorMessage(error)),
        };
    }

    private void Verify(SafeFileHandle handle)
    {
        var now = FileStatus.Of(handle, fullPath);
        var what = now.Type != FileType.File || now.Identity != identity ? "another file took its place"
            : now.Size < size ? "it shrank"
            : now.Size > size ? "it grew"
            : now.Changed != changed ? "it was written to"
            : null;
        if (what is not null)
        {
            throw LayerDiagnostics.FileChanged.With(name, what).ToException();
        }
    }

    /// <summary>Checks at the end of the content that it is still what it was at the start.</summary>
    private sealed class CheckedStream(FileStream inner, Action verify) : ReadOnlyStream
    {
        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer) => Checked(inner.Read(buffer), buffer.Length);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Checked(await inner.ReadAsync(buffer, cancellationToken), buffer.Length);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        private int Checked(int read, int asked)
        {
            if (read == 0 && asked > 0)
            {
                verify();
            }

            return read;
        }
    }
}
