using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Processes;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections.Daemonless;

/// <summary>The daemon's program, and how this user may start it.</summary>
/// <param name="File">Full path of <c>buildkitd</c>.</param>
/// <param name="Flags">Flags of the user's.</param>
/// <param name="Rootlesskit">Full path of <c>rootlesskit</c>; null for root, who needs none.</param>
/// <param name="InContainer">Whether the build itself runs in a container.</param>
internal sealed record DaemonProgram(string File, IReadOnlyList<string> Flags, string? Rootlesskit, bool InContainer)
{
    private const string Name = "buildkitd";
    private static readonly string[] OwnFlags = ["root", "addr"];
    private static readonly string[] Tools = ["rootlesskit", "newuidmap", "newgidmap"];

    /// <summary>Whether there is a daemon that could be started; never on Windows, whose buildkitd needs a service.</summary>
    public static string? Find(Func<string, string?> environment) => OperatingSystem.IsWindows() ? null : ToolPath.Find(Name, environment);

    /// <summary>What is needed to start <paramref name="file"/> as the user of this process.</summary>
    /// <exception cref="DiagnosticException">A tool is missing (OFB5042), or a flag is refused (OFB5045).</exception>
    public static DaemonProgram Of(string file, Func<string, string?> environment) => Of(file, environment, CurrentUser.Id);

    /// <summary>What is needed to start <paramref name="file"/> as the user <paramref name="user"/>.</summary>
    /// <exception cref="DiagnosticException">A tool is missing (OFB5042), or a flag is refused (OFB5045).</exception>
    public static DaemonProgram Of(string file, Func<string, string?> environment, uint user)
    {
        // As buildctl-daemonless.sh does: words between white space, without quotes.
        var flags = (environment("BUILDKITD_FLAGS") ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (flags.FirstOrDefault(IsOwn) is { } refused)
        {
            throw BuildKitProcessDiagnostics.DaemonFlagsRefused.With(SafeText.Neutralize(refused)).ToException();
        }

        if (user == 0)
        {
            return new DaemonProgram(file, flags, null, InContainer: false);
        }

        var missing = Tools.Where(tool => ToolPath.Find(tool, environment) is null).ToList();
        return missing.Count == 0
            ? new DaemonProgram(file, flags, ToolPath.Find(Tools[0], environment), IsInContainer(environment))
            : throw BuildKitProcessDiagnostics.RootlessToolsMissing.With(file, $"not in PATH: {string.Join(", ", missing)}").ToException();
    }

    /// <summary>Program and arguments of a daemon with a root and a socket of its own.</summary>
    public IReadOnlyList<string> Command(string root, string socket) =>
    [
        .. Rootlesskit is { } kit ? new[] { kit } : [],
        File,
        .. Flags,

        // In a container /proc is masked, and a user namespace may not mount another one for its steps.
        .. Rootlesskit is not null && InContainer ? new[] { "--oci-worker-no-process-sandbox" } : [],
        "--root", root, "--addr", "unix://" + socket,
    ];

    private static bool IsOwn(string flag) => flag.StartsWith('-') && OwnFlags.Contains(flag.TrimStart('-').Split('=')[0], StringComparer.Ordinal);

    private static bool IsInContainer(Func<string, string?> environment) =>
        System.IO.File.Exists("/.dockerenv") || System.IO.File.Exists("/run/.containerenv") || environment("KUBERNETES_SERVICE_HOST") is { Length: > 0 };
}
