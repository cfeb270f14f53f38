using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.BuildKit.Connections.Daemonless;

/// <summary>
/// The folder that a private daemon keeps its cache in, held by one daemon at a time. They are numbered, and the lowest free one is taken: a build that runs
/// alone always finds the cache of the one before, and builds side by side never wait for each other.
/// </summary>
internal sealed class DaemonRoot : IDisposable
{
    private const int Most = 32;
    private readonly FileStream held;

    private DaemonRoot(string path, FileStream held) => (Path, this.held) = (path, held);

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <summary>Takes a folder that no daemon uses.</summary>
    /// <param name="environment"><c>XDG_CACHE_HOME</c> and <c>HOME</c> name the user's cache.</param>
    /// <exception cref="DiagnosticException">None can be had (OFB5043), or it belongs to another user.</exception>
    public static DaemonRoot Take(Func<string, string?> environment)
    {
        var parent = System.IO.Path.Combine(Cache(environment), "openfaas-build-sdk", "buildkitd");
        try
        {
            OwnFolder.EnsureTrusted(parent);
            PrivateFolder.Create(parent);
            for (var i = 0; i < Most; i++)
            {
                var path = System.IO.Path.Combine(parent, i.ToString(CultureInfo.InvariantCulture));
                OwnFolder.EnsureTrusted(path);
                if (TryHold(path + ".lock", FileMode.OpenOrCreate) is not { } held)
                {
                    continue;
                }

                // A worker that was killed has let go of its lock, and its daemon may take some more seconds to end.
                if (!IsHeldByDaemon(path))
                {
                    return new DaemonRoot(path, held);
                }

                held.Dispose();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BuildKitProcessDiagnostics.DaemonFolderUnusable.With(parent, e.Message.TrimEnd('.')).ToException(e);
        }

        throw BuildKitProcessDiagnostics.DaemonFolderUnusable.With(parent, $"{Most} daemons run already").ToException();
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    private static string Cache(Func<string, string?> environment) =>
        environment("XDG_CACHE_HOME") is { } given && System.IO.Path.IsPathFullyQualified(given) ? given
        : environment("HOME") is { } home && System.IO.Path.IsPathFullyQualified(home) ? System.IO.Path.Combine(home, ".cache")
        : System.IO.Path.GetTempPath();

    private static bool IsHeldByDaemon(string root)
    {
        var file = System.IO.Path.Combine(root, "buildkitd.lock");
        if (!File.Exists(file))
        {
            return false;
        }

        using var held = TryHold(file, FileMode.Open);
        return held is null;
    }

    // .NET and buildkitd lock files in the same way, by flock(2); the system lets go with the process.
    private static FileStream? TryHold(string file, FileMode mode)
    {
        try
        {
            return new FileStream(file, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException) && File.Exists(file))
        {
            return null;
        }
    }
}
