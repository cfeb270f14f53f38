using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Files;

/// <summary>Guards the folders that the SDK writes to: a checkout or another user may have laid a link there that leads its output elsewhere.</summary>
internal static class OwnFolder
{
    /// <summary>Refuses a link, a file, and on Linux, where owners are known, a folder of another user. What does not exist yet is fine.</summary>
    /// <exception cref="DiagnosticException">The folder is not used.</exception>
    public static void EnsureTrusted(string folder)
    {
        // A trailing separator would make the system follow a link.
        var path = Path.TrimEndingDirectorySeparator(folder);
        if (FileStatus.Of(path) is not { } status)
        {
            return;
        }

        var why = status.Type == FileType.SymbolicLink ? $"it is a symbolic link to '{new FileInfo(path).LinkTarget}'"
            : status.Type != FileType.Directory ? "it is no folder"
            : OperatingSystem.IsLinux() && status.Uid != CurrentUser.Id && CurrentUser.Id != 0
                ? $"it belongs to uid {status.Uid} (mode {Convert.ToString(status.Mode, 8)})"
            : null;
        if (why is not null)
        {
            throw LayerDiagnostics.UntrustedFolder.With(path, why).ToException();
        }
    }
}
