using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Files;

/// <summary>A new file in a private folder. That it cannot be written is a coded error and not mistaken for one of the source that is copied into it.</summary>
internal sealed class ScratchFile : FileStream
{
    private const int BufferSize = 128 * 1024;

    private ScratchFile(string path, FileOptions options)
        : base(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, BufferSize, options)
    {
    }

    /// <summary>Makes the file; one that exists is never taken.</summary>
    /// <exception cref="DiagnosticException">It cannot be made.</exception>
    public static ScratchFile Create(string path, FileOptions options = FileOptions.None)
    {
        try
        {
            return new ScratchFile(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(path, e);
        }
    }

    // A class derived from FileStream gets all other forms of writing through these two.

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            base.Write(buffer, offset, count);
        }
        catch (IOException e)
        {
            throw DiskFailure.Of(Name, e);
        }
    }

    /// <inheritdoc/>
    public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        try
        {
            await base.WriteAsync(buffer, offset, count, cancellationToken);
        }
        catch (IOException e)
        {
            throw DiskFailure.Of(Name, e);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        catch (IOException e)
        {
            // What was still in the buffer could not be written.
            throw DiskFailure.Of(Name, e);
        }
    }
}
