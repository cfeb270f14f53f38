using System.Text;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Connections.Daemonless;

/// <summary>The temporary folder with a private daemon's socket and log, for this user only; it goes with the daemon.</summary>
internal sealed class DaemonFolder : IDisposable
{
    /// <summary>Bytes that the address of a Unix socket holds, on the system with the fewest.</summary>
    private const int LongestSocket = 103;
    private const int KeptLog = 4096;
    private readonly string path;

    private DaemonFolder(string path) => this.path = path;

    /// <summary>Full path of the daemon's socket.</summary>
    public string Socket => Path.Combine(path, "s");

    /// <summary>Full path of the file with the daemon's outputs.</summary>
    public string Log => Path.Combine(path, "log");

    /// <summary>Makes the folder in the temporary folder, or in <c>/tmp</c> where that is too deep for a socket.</summary>
    /// <exception cref="DiagnosticException">It cannot be made (OFB5043).</exception>
    public static DaemonFolder Create() => Create(Path.GetTempPath());

    /// <summary>Makes the folder below <paramref name="parent"/>, or in <c>/tmp</c> where that is too deep for a socket.</summary>
    /// <exception cref="DiagnosticException">It cannot be made (OFB5043).</exception>
    public static DaemonFolder Create(string parent)
    {
        var folder = new DaemonFolder(Named(parent));
        folder = Encoding.UTF8.GetByteCount(folder.Socket) <= LongestSocket ? folder : new DaemonFolder(Named("/tmp"));
        try
        {
            // The name cannot be guessed, so nobody has laid anything there.
            PrivateFolder.Create(folder.path);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BuildKitProcessDiagnostics.DaemonFolderUnusable.With(folder.path, e.Message.TrimEnd('.')).ToException(e);
        }
    }

    /// <summary>The last 4 KiB of the daemon's outputs; empty if there are none.</summary>
    public string LastWords()
    {
        try
        {
            using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(Math.Max(0, file.Length - KeptLog), SeekOrigin.Begin);
            var bytes = new byte[KeptLog];
            return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, KeptLog, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in the temporary folder, and holds nothing but a log.
        }
    }

    private static string Named(string parent) => Path.Combine(parent, "ofb-" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal));
}
